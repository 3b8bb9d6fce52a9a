/// What a run did: which phases, modules, operations and kernels, when, with which memory.
///
/// [RunProfile] is what a recording gives; it is plain data, from which `cadj profile` makes its
/// tables and pages. Imports `cadj.kernels.device`.
@NullMarked
package cadj.kernels.record;

import org.jspecify.annotations.NullMarked;
