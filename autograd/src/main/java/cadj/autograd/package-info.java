/// Derivatives: `graph` is the machine, `ops` the rules, `nn` the layers built of them, `optim` the
/// steps of training.
///
/// Read `graph.Op` and `graph.Tape` first. May import `cadj.tensor` and `cadj.kernels`.
@NullMarked
package cadj.autograd;

import org.jspecify.annotations.NullMarked;
