/// ESD: a concept erased by training the model to predict, when asked for it, what steers away from
/// it; Gandikota et al. 2023 (arXiv:2303.07345).
///
/// Read [EsdObjective] (what is minimised), then [EsdTraining] (one step), then [Esd] (the method);
/// [EsdAttributed] trains only weights that an attribution points at. May import `training`.
@NullMarked
package cadj.cad.method.esd;

import org.jspecify.annotations.NullMarked;
