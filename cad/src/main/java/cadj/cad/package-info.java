/// Concept attribution by ablation (CAD): Nguyen, Phan & Doan, "Unveiling Concept Attribution in
/// Diffusion Models" (arXiv:2412.02542).
///
/// `attribution` scores weights, `edit` zeroes them, `method` has that and other papers' edits side
/// by side; `judge` says what pictures show; `picture` and `chart` show, `inspect` tells what a
/// file holds, `profile` what a kernel does, `demo` puts all to use, and `cli` is the command line.
/// Read `attribution.EraseObjective` first. May import every other module but `bench`.
@NullMarked
package cadj.cad;

import org.jspecify.annotations.NullMarked;
