/// Native libraries, unpacked from the jars that carry them.
@NullMarked
package cadj.kernels.natives;

import org.jspecify.annotations.NullMarked;
