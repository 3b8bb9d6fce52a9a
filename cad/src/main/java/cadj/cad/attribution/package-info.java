/// Scores: what each weight does for a concept, to first order, s = w·∂J/∂w.
///
/// Read [EraseObjective] and [AmplifyObjective], then [Attribution], which walks time steps, noise
/// samples and prompts and adds up. Zeroing weights by their scores belongs to `cadj.cad.edit`.
@NullMarked
package cadj.cad.attribution;

import org.jspecify.annotations.NullMarked;
