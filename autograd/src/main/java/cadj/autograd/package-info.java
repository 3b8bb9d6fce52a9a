/// Automatic differentiation: `graph` records operations and differentiates them, `ops` are the
/// operations, `nn` the layers built of them, `optim` the optimisers.
///
/// Read `graph.Op` and `graph.Tape` first. May import `cadj.tensor` and `cadj.kernels`.
@NullMarked
package cadj.autograd;

import org.jspecify.annotations.NullMarked;
