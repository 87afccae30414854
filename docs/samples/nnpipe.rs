// SPDX-License-Identifier: MIT
//! The nnpipe plugin ABI, major 1, for Rust: what nnpipe/plugin.h declares, no crate needed.
#![allow(dead_code)]
use std::mem::size_of;
use std::os::raw::{c_char, c_int, c_void};

/// A text as the host reads it, with a 0 behind it: text!("beta").
macro_rules! text {
    ($s:expr) => {
        concat!($s, "\0").as_ptr() as *const std::os::raw::c_char
    };
}
pub(crate) use text;

/// Where the i-th member of a configuration begins when all of them are 8 bytes long (f64, i64).
pub const fn member(i: u32) -> u32 {
    8 * i
}

#[repr(C)]
pub struct Tensor {
    pub data: *mut c_void,
    pub device: i32,
    pub device_id: i32,
    pub ndim: i32,
    pub code: u8,
    pub bits: u8,
    pub lanes: u16,
    pub shape: *mut i64,
    pub strides: *mut i64,
    pub offset: u64,
}

pub const fn dtype(code: u32, bits: u32) -> u32 {
    code | bits << 8 | 1 << 16
}
pub const I64: u32 = dtype(0, 64);
pub const U8: u32 = dtype(1, 8);
pub const F32: u32 = dtype(2, 32);
pub const F64: u32 = dtype(2, 64);

pub const OK: c_int = 0;
pub const EINVAL: c_int = -1;
pub const ENOTSUP: c_int = -2;

pub const OUT: u32 = 1;
pub const WEIGHT: u32 = 2;
pub const STATE: u32 = 3;
pub const SAVED: u32 = 4;
pub const SCRATCH: u32 = 5;
pub const NODECAY: u32 = 1 << 8; // or-ed to WEIGHT
pub const SUM: u32 = 1 << 9; // or-ed to STATE

pub const TRAIN: u32 = 1; // flags of a call
pub const DECAY: u32 = 2;

pub const BOOL: u32 = 1; // i32
pub const INT: u32 = 2; // i64
pub const REAL: u32 = 3; // f64
pub const LIVE: u32 = 256;
pub const MAIN: u32 = 512;

pub const FREE_IN: u32 = 1;
pub const FREE_OUT: u32 = 2;
pub const INPLACE: u32 = 4;
pub const INPLACE_BWD: u32 = 8;
pub const SURROGATE: u32 = 16; // backward is no derivative, on purpose
pub const ELEMENTWISE: u32 = 32;
pub const CORRUPTS: u32 = 1024; // transform: rows given to a trained model do not get it
pub const PROBABILITIES: u32 = 32768; // layer: makes numbers in 0..1 of any

pub type Fn = unsafe extern "C" fn(c: *mut Ctx, own: *mut c_void) -> c_int;
pub type Body = unsafe extern "C" fn(arg: *mut c_void, begin: usize, end: usize, worker: u32);

#[repr(C)]
pub struct Ctx {
    pub size: u32,
    pub flags: u32,
    pub host: *const Host,
    pub n_in: u32,
    pub n_out: u32,
    pub n_weight: u32,
    pub n_state: u32,
    pub n_saved: u32,
    pub n_scratch: u32,
    pub input: *const Tensor,
    pub dinput: *const Tensor,
    pub out: *const Tensor,
    pub dout: *const Tensor,
    pub weight: *const Tensor,
    pub dweight: *const Tensor,
    pub state: *const Tensor,
    pub saved: *const Tensor,
    pub scratch: *const Tensor,
    pub step: u64,
    pub epoch: f64,
    pub progress: f64,
    pub lr: f64,
    pub value: f64,
    pub factor: f64,
    pub result: f64,
    pub rows: *mut Rows,
    pub workers: u32,
    pub beta: f32,
}

/// What a loader says of its rows in setup; `test` of them, the last ones, are a test part.
#[repr(C)]
pub struct Rows {
    pub size: u32,
    pub pad: u32,
    pub count: i64,
    pub test: i64,
    pub val: i64,
    pub classes: i64,
    pub bytes: i64,
}

#[repr(C)]
pub struct Host {
    pub size: u32,
    pub abi: u32,
    pub fail: unsafe extern "C" fn(*mut Ctx, c_int, *const c_char) -> c_int,
    pub declare: unsafe extern "C" fn(
        *mut Ctx, u32, *const c_char, u32, u32, *const i64, *const c_char) -> c_int,
    pub report: unsafe extern "C" fn(*mut Ctx, *const c_char, f64) -> c_int,
    pub rand: unsafe extern "C" fn(*mut Ctx, u32, u64, *mut f32, usize) -> c_int,
    pub parallel: unsafe extern "C" fn(*mut Ctx, usize, usize, Body, *mut c_void) -> c_int,
    pub gemm: unsafe extern "C" fn(
        *mut Ctx, c_int, c_int, i64, i64, i64, f32, *const f32, i64, *const f32, i64,
        f32, *mut f32, i64) -> c_int,
    pub extension: unsafe extern "C" fn(*mut Ctx, *const c_char) -> *const c_void,
}

#[repr(C)]
pub struct Param {
    pub name: *const c_char,
    pub kind: u32,
    pub offset: u32,
    pub def: *const c_char,
    pub range: *const c_char,
    pub doc: *const c_char,
    pub unit: *const c_char,
}

#[repr(C)]
pub struct Component {
    pub size: u32,
    pub flags: u32,
    pub tag: *const c_char,
    pub doc: *const c_char,
    pub min_in: u32,
    pub max_in: u32,
    pub self_size: u32,
    pub n_params: u32,
    pub param_size: u32,
    pub takes: u32,
    pub params: *const Param,
    pub open: Option<Fn>,
    pub close: Option<Fn>,
    pub setup: Option<Fn>,
    pub forward: Option<Fn>,
    pub backward: Option<Fn>,
    pub fit: Option<Fn>,
    pub finish: Option<Fn>,
    pub extension: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
    pub ports: *const c_char,
    pub sweep: *const c_void,
}

#[repr(C)]
pub struct Plugin {
    pub size: u32,
    pub abi: u32,
    pub name: *const c_char,
    pub version: *const c_char,
    pub license: *const c_char,
    pub url: *const c_char,
    pub n: u32,
    pub pad: u32,
    pub components: *const *const Component,
}
pub const ABI: u32 = 1 << 16;

/// Static tables hold pointers, and never change.
#[repr(transparent)]
pub struct Table<T>(pub T);
unsafe impl<T> Sync for Table<T> {}

pub const NO_COMPONENT: Component = Component {
    size: size_of::<Component>() as u32,
    flags: 0,
    tag: std::ptr::null(),
    doc: std::ptr::null(),
    min_in: 0,
    max_in: 0,
    self_size: 0,
    n_params: 0,
    param_size: size_of::<Param>() as u32,
    takes: 0,
    params: std::ptr::null(),
    open: None,
    close: None,
    setup: None,
    forward: None,
    backward: None,
    fit: None,
    finish: None,
    extension: None,
    ports: std::ptr::null(),
    sweep: std::ptr::null(),
};

impl Tensor {
    pub fn dtype(&self) -> u32 {
        self.code as u32 | (self.bits as u32) << 8 | (self.lanes as u32) << 16
    }
    pub fn shape(&self) -> &[i64] {
        if self.ndim == 0 {
            return &[];
        }
        unsafe { std::slice::from_raw_parts(self.shape, self.ndim as usize) }
    }
    pub fn count(&self) -> usize {
        self.shape().iter().map(|&n| n as usize).product()
    }
    /// The elements of an f32 tensor; None: planning, or a gradient that is not wanted.
    pub fn f32(&self) -> Option<&[f32]> {
        let data = self.data as *const f32;
        (!data.is_null()).then(|| unsafe { std::slice::from_raw_parts(data, self.count()) })
    }
    /// The same, to write. In place, this may be the memory of another tensor of the frame.
    #[allow(clippy::mut_from_ref)]
    pub fn f32_mut(&self) -> Option<&mut [f32]> {
        let data = self.data as *mut f32;
        (!data.is_null()).then(|| unsafe { std::slice::from_raw_parts_mut(data, self.count()) })
    }
    /// The same for f64: sums in states.
    #[allow(clippy::mut_from_ref)]
    pub fn f64_mut(&self) -> Option<&mut [f64]> {
        let data = self.data as *mut f64;
        (!data.is_null()).then(|| unsafe { std::slice::from_raw_parts_mut(data, self.count()) })
    }
}

unsafe fn all<'a>(v: *const Tensor, n: u32) -> &'a [Tensor] {
    if v.is_null() { &[] } else { std::slice::from_raw_parts(v, n as usize) }
}

impl Ctx {
    pub fn inputs(&self) -> &[Tensor] {
        unsafe { all(self.input, self.n_in) }
    }
    pub fn dinputs(&self) -> &[Tensor] {
        unsafe { all(self.dinput, self.n_in) }
    }
    pub fn outputs(&self) -> &[Tensor] {
        unsafe { all(self.out, self.n_out) }
    }
    pub fn doutputs(&self) -> &[Tensor] {
        unsafe { all(self.dout, self.n_out) }
    }
    pub fn weights(&self) -> &[Tensor] {
        unsafe { all(self.weight, self.n_weight) }
    }
    pub fn dweights(&self) -> &[Tensor] {
        unsafe { all(self.dweight, self.n_weight) }
    }
    pub fn states(&self) -> &[Tensor] {
        unsafe { all(self.state, self.n_state) }
    }
    pub fn fail(&mut self, code: c_int, why: *const c_char) -> c_int {
        unsafe { ((*self.host).fail)(self, code, why) }
    }
    pub fn report(&mut self, key: *const c_char, value: f64) -> c_int {
        unsafe { ((*self.host).report)(self, key, value) }
    }
    /// The index among the tensors of this role, or an error to pass on.
    pub fn declare(&mut self, role: u32, name: *const c_char, dtype: u32, shape: &[i64],
                   init: Option<*const c_char>) -> c_int {
        let init = init.unwrap_or(std::ptr::null());
        unsafe {
            ((*self.host).declare)(self, role, name, dtype, shape.len() as u32,
                                   shape.as_ptr(), init)
        }
    }
}
