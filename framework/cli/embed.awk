# Turns text files into C strings: const struct skeleton skeletons[]. SPDX: MIT
BEGIN {
    print "/* Made by embed.awk from skeletons/; edit those. */"
    print "#include <config.h>"
    print "#include \"cli/skeleton.h\"\n"
    print "const struct skeleton skeletons[] = {"
}
FNR == 1 {
    if (NR > 1) print "    },"
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.in$/, "", name)
    printf "    { \"%s\",\n", name
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    gsub(/\t/, "\\t")
    gsub(/\?\?/, "?\" \"?")
    printf "      \"%s\\n\"\n", $0
}
END {
    print "    },\n    { NULL, NULL },\n};"
}
