/// Writing a model in another form: as a folder in diffusers' layout, or as one file in the
/// original layout, in another element type.
///
/// Read [Conversion] first. May import `cadj.models.files`, `cadj.models.original` and
/// `cadj.tensor`.
@NullMarked
package cadj.models.convert;

import org.jspecify.annotations.NullMarked;
