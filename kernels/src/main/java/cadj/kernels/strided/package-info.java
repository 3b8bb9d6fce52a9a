/// Nests of loops over strided memory, shared by the rooms that broadcast or permute. Read [Nest].
@NullMarked
package cadj.kernels.strided;

import org.jspecify.annotations.NullMarked;
