/// Models in files: finding them, and loading each part strictly.
///
/// Read [ModelFiles] first, then [ModelSource] and [DiffusersFolder], [EditedDenoiser].
@NullMarked
package cadj.models.files;

import org.jspecify.annotations.NullMarked;
