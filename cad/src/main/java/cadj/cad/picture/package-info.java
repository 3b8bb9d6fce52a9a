/// Tensors as picture files and back. Read [Pictures] first.
@NullMarked
package cadj.cad.picture;

import org.jspecify.annotations.NullMarked;
