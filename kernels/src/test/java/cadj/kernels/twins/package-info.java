/// What the contract tests of kernels share: [Twins] compares a fast kernel with its reference, on
/// processors and on the [TestGpu], [NumericalGradient] a reference backward pass with differences,
/// [Samples] makes inputs.
@NullMarked
package cadj.kernels.twins;

import org.jspecify.annotations.NullMarked;
