/// CAD as its paper has it, CAD-Erase and CAD-Amplify: weights are scored once, or a few times, and
/// zeroed by their scores.
///
/// Read [OneShot] first; scores come from `cad.attribution`, the choice from `cad.edit`.
@NullMarked
package cadj.cad.method.oneshot;

import org.jspecify.annotations.NullMarked;
