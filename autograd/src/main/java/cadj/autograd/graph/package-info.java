/// Reverse-mode differentiation: an [Op] has a forward and a backward rule, a [Tape] records which
/// ops ran and runs their backward rules in reverse, [Activations] are the hooks.
///
/// Read [Op], then [Tape]; [GradientSum] adds up the gradients of many backward passes. May import
/// `cadj.tensor` and `cadj.kernels`; the ops themselves are in `cadj.autograd.ops`, the modules
/// that announce their activations in `cadj.autograd.nn`.
@NullMarked
package cadj.autograd.graph;

import org.jspecify.annotations.NullMarked;
