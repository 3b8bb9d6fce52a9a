package cadj.kernels.compiler;

import cadj.kernels.device.PtxSource;
import java.util.Map;
import java.util.Optional;

/// NVIDIA's compiler from PTX to machine code, of which only the registers and memory that kernels
/// need are asked.
public sealed interface PtxCompiler permits EmbeddedCompiler, PtxasProgram {
  /// Each kernel of `source`, by name.
  ///
  /// @throws IllegalArgumentException with the compiler's words, if it does not compile
  Map<String, CompiledKernel> compile(PtxSource source, Architecture machine);

  /// One that compiles for `machine`: the one that JCuda carries along, which is of CUDA 12.0, else
  /// `ptxas` on the PATH; or none.
  static Optional<PtxCompiler> of(Architecture machine) {
    Optional<PtxCompiler> embedded = EmbeddedCompiler.of(machine);
    return embedded.isPresent() ? embedded : PtxasProgram.of(machine);
  }
}
