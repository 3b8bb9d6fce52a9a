/// Layers that own parameters, named as in PyTorch, each built from [Weights].
///
/// Read [Weights], then [Linear]. Functions without parameters are in `cadj.autograd.ops`; whole
/// models in `cadj.models`.
@NullMarked
package cadj.autograd.nn;

import org.jspecify.annotations.NullMarked;
