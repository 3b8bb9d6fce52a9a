/// Edits: zeroing the weights that an attribution points at, as patches and as whole models.
///
/// Read [Ablation] (which weights), then [Patch] (the file), then [EditedModel] (a whole folder).
@NullMarked
package cadj.cad.edit;

import org.jspecify.annotations.NullMarked;
