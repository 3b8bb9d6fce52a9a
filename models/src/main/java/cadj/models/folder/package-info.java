/// Model folders in diffusers' layout: finding them, and loading each part strictly.
///
/// Read [ModelFolder] first.
@NullMarked
package cadj.models.folder;

import org.jspecify.annotations.NullMarked;
