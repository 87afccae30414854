// SPDX-License-Identifier: MIT
//! acme.lion: an optimizer that steps by the sign of a momentum.
//!
//!     w -= lr (sign(b1 m + (1 - b1) g) + decay w);   m = b2 m + (1 - b2) g
//!
//! Chen et al. (2023), "Symbolic discovery of optimization algorithms".
mod nnpipe;
use nnpipe::*;
use std::mem::size_of;
use std::os::raw::{c_char, c_int, c_void};

/// The host writes the parameters into it, at the offsets of the table below.
#[repr(C)]
struct Lion {
    lr: f64,
    beta1: f64,
    beta2: f64,
    decay: f64,
}

type Text = *const c_char;

const fn real(name: Text, offset: u32, def: Text, range: Text, doc: Text) -> Param {
    Param {
        name,
        kind: REAL | LIVE,
        offset,
        def,
        range,
        doc,
        unit: std::ptr::null(),
    }
}

static PARAMS: Table<[Param; 4]> = Table([
    real(text!("lr"), member(0), text!("1e-3"), text!("(0,inf)"), text!("learning rate")),
    real(text!("beta1"), member(1), text!("0.9"), text!("[0,1)"), text!("momentum in the step")),
    real(text!("beta2"), member(2), text!("0.99"), text!("[0,1)"), text!("momentum that is kept")),
    real(text!("decay"), member(3), text!("0"), text!("[0,inf)"), text!("decoupled weight decay")),
]);

/// Called for one weight; the momentum has its shape.
unsafe extern "C" fn setup(c: *mut Ctx, _own: *mut c_void) -> c_int {
    let c = &mut *c;
    let shape = c.weights()[0].shape().to_vec();
    c.declare(STATE, text!("m"), F32, &shape, None).min(OK)
}

fn sign(v: f32) -> f32 {
    if v > 0.0 { 1.0 } else if v < 0.0 { -1.0 } else { 0.0 }
}

unsafe extern "C" fn forward(c: *mut Ctx, own: *mut c_void) -> c_int {
    let (c, own) = (&*c, &*(own as *const Lion));
    let (w, g, m) =
        match (c.weights()[0].f32_mut(), c.dweights()[0].f32(), c.states()[0].f32_mut()) {
            (Some(w), Some(g), Some(m)) => (w, g, m),
            _ => return EINVAL,
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
    flags: ELEMENTWISE,
    tag: text!("@(#)nnp1:optimizer:acme.lion"),
    doc: text!("steps by the sign of a momentum"),
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
    name: text!("lion"),
    version: text!("1.0"),
    license: text!("MIT"),
    url: std::ptr::null(),
    n: 1,
    pad: 0,
    components: &LIST.0 as *const *const Component,
});

#[no_mangle]
pub extern "C" fn nnp_plugin_v1() -> *const Plugin {
    &PLUGIN.0
}
