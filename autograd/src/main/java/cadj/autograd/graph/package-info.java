/// The derivative machine: [Op] is a rule, [Tape] remembers which rules ran and walks them
/// backwards, [Activations] reads and changes what stands between them.
///
/// Read [Op], then [Tape]. May import `cadj.tensor` and `cadj.kernels`; the rules themselves are in
/// `cadj.autograd.ops`, the modules that announce their activations in `cadj.autograd.nn`.
@NullMarked
package cadj.autograd.graph;

import org.jspecify.annotations.NullMarked;
