! SPDX-License-Identifier: MIT
! acme.softsign: y = x / (1 + |x|), element by element; dy/dx = 1 / (1 + |x|)**2.
!
! The structs are those of nnpipe/plugin.h, member for member; what is not used is kept as
! bytes of the same size. Fortran cannot write an address into a constant, so the tables are
! filled in when nnp_plugin_v1 is called; the tag is a constant, because nnpipe looks for it in
! the file before it runs anything.
module softsign
    use, intrinsic :: iso_c_binding
    implicit none
    private

    type, bind(c) :: nnp_tensor
        type(c_ptr)          :: data
        integer(c_int32_t)   :: device, device_id, ndim
        integer(c_int8_t)    :: code, bits
        integer(c_int16_t)   :: lanes
        type(c_ptr)          :: shape, strides
        integer(c_int64_t)   :: offset
    end type

    type, bind(c) :: nnp_host
        integer(c_int32_t)   :: size, abi
        type(c_funptr)       :: fail, declare, report, rand, parallel, gemm, extension
    end type

    type, bind(c) :: nnp_ctx
        integer(c_int32_t)   :: size, flags
        type(c_ptr)          :: host
        integer(c_int32_t)   :: n_in, n_out, n_weight, n_state, n_saved, n_scratch
        type(c_ptr)          :: in, din, out, dout, weight, dweight, state, saved, scratch
        integer(c_int64_t)   :: step
        real(c_double)       :: epoch, progress, lr, value, factor, result
        type(c_ptr)          :: rows
        integer(c_int32_t)   :: workers
        real(c_float)        :: beta
    end type

    type, bind(c) :: nnp_component
        integer(c_int32_t)   :: size, flags
        type(c_ptr)          :: tag, doc
        integer(c_int32_t)   :: min_in, max_in, self_size, n_params, param_size, takes
        type(c_ptr)          :: params
        type(c_funptr)       :: open, close, setup, forward, backward, fit, finish, extension
        type(c_ptr)          :: ports, sweep
    end type

    type, bind(c) :: nnp_plugin
        integer(c_int32_t)   :: size, abi
        type(c_ptr)          :: name, version, license, url
        integer(c_int32_t)   :: n, pad
        type(c_ptr)          :: components
    end type

    abstract interface
        integer(c_int) function declare_fn(c, role, name, dtype, ndim, shape, init) bind(c)
            import
            type(c_ptr), value        :: c, shape, init
            integer(c_int32_t), value :: role, dtype, ndim
            character(kind=c_char)    :: name(*)
        end function
    end interface

    integer(c_int32_t), parameter :: f32 = 2 + 32 * 256 + 65536
    integer(c_int32_t), parameter :: nnp_out = 1
    integer(c_int32_t), parameter :: free_out = 2, inplace_bwd = 8

    character(kind=c_char, len=*), parameter :: nul = c_null_char
    character(kind=c_char, len=40), target, save :: &
        tag = "@(#)nnp1:layer:acme.softsign" // nul, &
        doc = "x over one plus its magnitude" // nul, name = "softsign" // nul, &
        version = "1.0" // nul, license = "MIT" // nul
    type(nnp_component), target, save :: component
    type(nnp_plugin), target, save    :: plugin
    type(c_ptr), target, save         :: list(1)

    public :: nnp_plugin_v1

contains

    function tensor(p) result(t) ! the first of an array
        type(c_ptr), value        :: p
        type(nnp_tensor), pointer :: t
        call c_f_pointer(p, t)
    end function

    function elements(t) result(v)
        type(nnp_tensor), intent(in) :: t
        real(c_float), pointer       :: v(:)
        integer(c_int64_t), pointer  :: shape(:)
        call c_f_pointer(t%shape, shape, [t%ndim])
        call c_f_pointer(t%data, v, [product(shape)])
    end function

    integer(c_int) function setup(c, self) bind(c)
        type(nnp_ctx), target                 :: c
        type(c_ptr), value                    :: self
        type(nnp_tensor), pointer             :: x
        type(nnp_host), pointer               :: host
        procedure(declare_fn), pointer        :: declare

        x => tensor(c%in)
        call c_f_pointer(c%host, host)
        call c_f_procpointer(host%declare, declare)
        setup = min(0, declare(c_loc(c), nnp_out, "y" // nul, f32, x%ndim, x%shape, c_null_ptr))
    end function

    integer(c_int) function forward(c, self) bind(c)
        type(nnp_ctx)          :: c
        type(c_ptr), value     :: self
        real(c_float), pointer :: x(:), y(:)

        x => elements(tensor(c%in))
        y => elements(tensor(c%out))
        y = x / (1 + abs(x))
        forward = 0
    end function

    integer(c_int) function backward(c, self) bind(c)
        type(nnp_ctx)             :: c
        type(c_ptr), value        :: self
        type(nnp_tensor), pointer :: din
        real(c_float), pointer    :: x(:), dx(:), dy(:)

        backward = 0
        din => tensor(c%din)
        if (.not. c_associated(din%data)) return
        x => elements(tensor(c%in))
        dx => elements(din)
        dy => elements(tensor(c%dout))
        dx = dy / (1 + abs(x))**2
    end function

    type(c_ptr) function nnp_plugin_v1() bind(c, name="nnp_plugin_v1")
        component = nnp_component(int(c_sizeof(component), c_int32_t), &
            ior(free_out, inplace_bwd), c_loc(tag), c_loc(doc), 0, 0, 0, 0, 0, f32, &
            c_null_ptr, c_null_funptr, c_null_funptr, c_funloc(setup), c_funloc(forward), &
            c_funloc(backward), c_null_funptr, c_null_funptr, c_null_funptr, c_null_ptr, c_null_ptr)
        list(1) = c_loc(component)
        plugin = nnp_plugin(int(c_sizeof(plugin), c_int32_t), 65536, c_loc(name), c_loc(version), &
            c_loc(license), c_null_ptr, 1, 0, c_loc(list))
        nnp_plugin_v1 = c_loc(plugin)
    end function
end module
