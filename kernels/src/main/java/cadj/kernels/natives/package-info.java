/// How libraries of C come out of the jars they travel in.
@NullMarked
package cadj.kernels.natives;

import org.jspecify.annotations.NullMarked;
