// SPDX-License-Identifier: MIT
// What an editor makes of pipeline files: drives yaml-language-server over stdio, as VS Code or
// Neovim do. Every file of pipelines/ opens without a complaint; completion, hover and complaints
// are those of the tables below.
//
//   editor.mjs SERVER FOLDER    FOLDER holds pipeline files and schema.json
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [program, folder] = process.argv.slice(2);
const server = spawn('node', [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map(), complaints = new Map();
let input = Buffer.alloc(0), last = 0;

function send(message) {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function request(method, params) {
  send({ id: ++last, method, params });
  return new Promise(done => waiting.set(last, done));
}

const settings = { validate: true, completion: true, hover: true, schemaStore: { enable: false } };

function received(m) {
  if (m.method === 'workspace/configuration')
    send({ id: m.id, result: m.params.items.map(i => (i.section === 'yaml' ? settings : {})) });
  else if (m.method && m.id !== undefined) send({ id: m.id, result: null });
  else if (m.method === 'textDocument/publishDiagnostics')
    complaints.set(m.params.uri, m.params.diagnostics);
  else if (m.id !== undefined) waiting.get(m.id)?.(m.result);
}

server.stdout.on('data', data => {
  input = Buffer.concat([input, data]);
  for (;;) {
    const end = input.indexOf('\r\n\r\n');
    if (end < 0) return;
    const size = Number(/Content-Length: (\d+)/i.exec(input.subarray(0, end).toString())[1]);
    if (input.length < end + 4 + size) return;
    const message = JSON.parse(input.subarray(end + 4, end + 4 + size).toString());
    input = input.subarray(end + 4 + size);
    received(message);
  }
});

async function open(uri, text) {
  complaints.delete(uri);
  send({ method: 'textDocument/didOpen',
         params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
  for (let i = 0; i < 600 && !complaints.has(uri); i++) await new Promise(r => setTimeout(r, 50));
  return complaints.get(uri) ?? [{ message: 'the server said nothing for 30 s', range: null }];
}

const head = '# yaml-language-server: $schema=schema.json\nnnpipe: 1\n';
let files = 0;

// A file with `|` where the cursor is, and what the server answers there.
async function at(yaml, what) {
  const text = head + yaml, cursor = text.indexOf('|');
  const before = text.slice(0, cursor);
  const uri = 'file://' + path.resolve(folder, `cursor${++files}.yaml`);
  const said = await open(uri, before + text.slice(cursor + 1));
  const position = { line: before.split('\n').length - 1,
                     character: cursor - before.lastIndexOf('\n') - 1 };
  const answer = await request('textDocument/' + what, { textDocument: { uri }, position });
  return { said, answer };
}

let n = 0;
function check(name, good, got) {
  console.log(`${good ? '' : 'not '}ok ${++n} - ${name}`);
  if (!good) console.log('# got: ' + JSON.stringify(got));
}

await request('initialize', {
  processId: process.pid, rootUri: 'file://' + path.resolve(folder),
  capabilities: {
    workspace: { configuration: true },
    textDocument: { completion: { completionItem: { snippetSupport: true } },
                    hover: { contentFormat: ['markdown'] } },
  },
});
send({ method: 'initialized', params: {} });

for (const file of fs.readdirSync(folder).filter(f => f.endsWith('.yaml')).sort()) {
  const said = await open('file://' + path.resolve(folder, file),
                          fs.readFileSync(path.join(folder, file), 'utf8'));
  check(`${file} opens without a complaint`, said.length === 0, said.slice(0, 3));
}

for (const [yaml, label, text] of [
  ['model:\n  - den|\n', 'dense', 'dense: '],
  ['model:\n  - dense: 3\n  - re|\n', 'relu', 'relu: '],
  ['metrics:\n  - acc|\n', 'accuracy', 'accuracy: '],
  ['optim:\n  ad|\n', 'adam', 'adam: '],
  ['train:\n  ba|\n', 'batch', 'batch: ${1:32}'],
  ['loss: bc|\n', 'bce', 'bce'],
]) {
  const { answer } = await at(yaml, 'completion');
  const items = (answer?.items ?? answer ?? []).filter(i => i.label === label);
  const got = items.map(i => i.textEdit?.newText ?? i.insertText);
  check(`${JSON.stringify(yaml)} is completed with ${JSON.stringify(text)}`,
        got.length === 1 && got[0] === text, got);
}

for (const [yaml, sentence] of [
  ['model:\n  - re|lu\n', 'max\\(0, x\\): the rectifier'],
  ['model:\n  - den|se: 4\n', 'every unit sees every feature'],
  ['loss: bc|e\n', 'binary cross-entropy'],
  ['train:\n  epo|chs: 3\n', 'passes over the training rows'],
]) {
  const { answer } = await at(yaml, 'hover');
  const got = answer?.contents?.value ?? answer?.contents ?? '';
  check(`${JSON.stringify(yaml)} says "${sentence}"`, new RegExp(sentence).test(got), got);
}

for (const [yaml, line, from, to, message] of [
  ['model:\n  - dens: 4|\n', 3, 4, 8, 'Property dens is not allowed.'],
  ['train: {epoch: 3}|\n', 2, 8, 13, 'Property epoch is not allowed.'],
  ['model:\n  - dense: {units: 4, bia: true}|\n', 3, 22, 25, 'Property bia is not allowed.'],
]) {
  const { said } = await at(yaml, 'hover');
  const got = said.map(s => [s.range?.start.line, s.range?.start.character, s.range?.end.character,
                             s.message]);
  check(`${JSON.stringify(yaml)} is underlined at the wrong word`,
        JSON.stringify(got) === JSON.stringify([[line, from, to, message]]), got);
}

console.log(`1..${n}`);
server.kill();
process.exit(0);
