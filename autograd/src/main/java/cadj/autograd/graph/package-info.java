/// The derivative machine: [Op] is a rule, [Tape] remembers which rules ran and walks them
/// backwards.
///
/// Read [Op], then [Tape]; [GradientSum] adds up the gradients of many walks. May import
/// `cadj.tensor` and `cadj.kernels`; the rules themselves are in `cadj.autograd.ops`.
@NullMarked
package cadj.autograd.graph;

import org.jspecify.annotations.NullMarked;
