package cadj.kernels.profiler;

import cadj.kernels.compiler.Architecture;
import cadj.kernels.compiler.CompiledKernel;
import cadj.kernels.compiler.Occupancy;
import cadj.kernels.compiler.PtxCompiler;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.ptx.PtxModule;
import cadj.kernels.ptx.PtxParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Registers, shared memory and occupancy of a kernel on one generation of GPUs, for one launch.
///
/// @param architecture such as `sm_80`
/// @param cards of that generation, such as `A100`
/// @param registers per thread
/// @param sharedBytes per block, as far as known before the launch
/// @param stackBytes per thread, in local memory
/// @param spilledBytes written to and read from local memory because registers ran out
/// @param blocks that a multiprocessor holds at once, 0 if not even one fits
/// @param warps of those blocks
/// @param mostWarps that a multiprocessor holds at most
/// @param limitedBy what runs out first: `warps`, `blocks`, `registers` or `shared memory`
public record KernelResources(
    String architecture,
    String cards,
    int registers,
    int sharedBytes,
    int stackBytes,
    int spilledBytes,
    int blocks,
    int warps,
    int mostWarps,
    String limitedBy) {
  /// For each generation that the kernel runs on and whose compiler is here and takes it: one may
  /// be older than the PTX.
  public static List<KernelResources> of(KernelProfile profile) {
    PtxModule module = PtxParser.parse(profile.source());
    List<KernelResources> all = new ArrayList<>();
    for (Architecture architecture : Architecture.values()) {
      Optional<PtxCompiler> compiler = PtxCompiler.of(architecture);
      if (architecture.capability() >= module.target() && compiler.isPresent()) {
        compiled(compiler.get(), module, architecture, profile.name())
            .ifPresent(it -> all.add(of(architecture, it, profile.mainShape())));
      }
    }
    return all;
  }

  private static Optional<CompiledKernel> compiled(
      PtxCompiler compiler, PtxModule module, Architecture architecture, String kernel) {
    try {
      return Optional.ofNullable(compiler.compile(module.source(), architecture).get(kernel));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static KernelResources of(Architecture architecture, CompiledKernel compiled, LaunchShape shape) {
    Occupancy occupancy =
        Occupancy.of(
            architecture,
            shape.threads(),
            compiled.registers(),
            compiled.sharedBytes() + shape.sharedBytes());
    return new KernelResources(
        architecture.text(),
        architecture.cards(),
        compiled.registers(),
        compiled.sharedBytes(),
        compiled.stackBytes(),
        compiled.spilledBytes(),
        occupancy.blocks(),
        occupancy.warps(),
        architecture.warps(),
        occupancy.limit().name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  /// Warps that a multiprocessor holds at once, of the most it could hold, 0 to 1.
  public double occupancy() {
    return (double) warps / mostWarps;
  }
}
