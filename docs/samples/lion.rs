// SPDX-License-Identifier: MIT
//! acme.lion: an optimizer that steps by the sign of a momentum.
//!
//!     w -= lr (sign(b1 m + (1 - b1) g) + decay w);   m = b2 m + (1 - b2) g
//!
//! Chen et al. (2023), "Symbolic discovery of optimization algorithms".
mod nnpipe;
use nnpipe::*;
use std::ffi::{c_int, c_void, CStr};
use std::mem::offset_of;

/// The host writes the parameters into it, at the offsets of the table below.
#[repr(C)]
struct Lion {
    lr: f64,
    beta1: f64,
    beta2: f64,
    decay: f64,
}

const fn real(name: &CStr, offset: usize, def: &CStr, range: &CStr, doc: &CStr) -> Param {
    Param {
        name: name.as_ptr(),
        kind: REAL | LIVE,
        offset: offset as u32,
        def: def.as_ptr(),
        range: range.as_ptr(),
        doc: doc.as_ptr(),
        unit: std::ptr::null(),
    }
}

static PARAMS: Table<[Param; 4]> = Table([
    real(c"lr", offset_of!(Lion, lr), c"1e-3", c"(0,inf)", c"learning rate"),
    real(c"beta1", offset_of!(Lion, beta1), c"0.9", c"[0,1)", c"momentum in the step"),
    real(c"beta2", offset_of!(Lion, beta2), c"0.99", c"[0,1)", c"momentum that is kept"),
    real(c"decay", offset_of!(Lion, decay), c"0", c"[0,inf)", c"decoupled weight decay"),
]);

/// Called for one weight; the momentum has its shape.
unsafe extern "C" fn setup(c: *mut Ctx, _own: *mut c_void) -> c_int {
    let c = &mut *c;
    let shape = c.weights()[0].shape().to_vec();
    c.declare(STATE, c"m", F32, &shape, None).min(OK)
}

fn sign(v: f32) -> f32 {
    if v > 0.0 { 1.0 } else if v < 0.0 { -1.0 } else { 0.0 }
}

unsafe extern "C" fn forward(c: *mut Ctx, own: *mut c_void) -> c_int {
    let (c, own) = (&*c, &*(own as *const Lion));
    let (Some(w), Some(g), Some(m)) =
        (c.weights()[0].f32_mut(), c.dweights()[0].f32(), c.states()[0].f32_mut())
    else {
        return EINVAL;
    };
    let (b1, b2, lr) = (own.beta1 as f32, own.beta2 as f32, c.lr as f32);
    let decay = if c.flags & DECAY != 0 { own.decay as f32 } else { 0.0 };
    for ((w, g), m) in w.iter_mut().zip(g).zip(m) {
        *w -= lr * (sign(b1 * *m + (1.0 - b1) * g) + decay * *w);
        *m = b2 * *m + (1.0 - b2) * g;
    }
    OK
}

static COMPONENT: Table<Component> = Table(Component {
    flags: ELEMENTWISE | REENTRANT,
    tag: c"@(#)nnp1:optimizer:acme.lion".as_ptr(),
    doc: c"steps by the sign of a momentum".as_ptr(),
    self_size: size_of::<Lion>() as u32,
    params: &PARAMS.0 as *const Param,
    n_params: 4,
    setup: Some(setup),
    forward: Some(forward),
    ..NO_COMPONENT
});
static LIST: Table<[*const Component; 1]> = Table([&COMPONENT.0]);
static PLUGIN: Table<Plugin> = Table(Plugin {
    size: size_of::<Plugin>() as u32,
    abi: ABI,
    name: c"lion".as_ptr(),
    version: c"1.0".as_ptr(),
    license: c"MIT".as_ptr(),
    url: c"https://example.org/lion".as_ptr(),
    n: 1,
    pad: 0,
    components: &LIST.0 as *const *const Component,
});

#[no_mangle]
pub extern "C" fn nnp_plugin_v1() -> *const Plugin {
    &PLUGIN.0
}
