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
import java.util.Optional;

/// What a kernel takes of one machine, for one launch.
public record KernelResources(Architecture machine, CompiledKernel kernel, Occupancy occupancy) {
  /// For each machine that the kernel is for and whose compiler is here.
  public static List<KernelResources> of(KernelProfile profile) {
    PtxModule module = PtxParser.parse(profile.source());
    LaunchShape shape = profile.mainShape();
    List<KernelResources> all = new ArrayList<>();
    for (Architecture machine : Architecture.values()) {
      Optional<PtxCompiler> compiler = PtxCompiler.of(machine);
      if (machine.capability() >= module.target() && compiler.isPresent()) {
        CompiledKernel compiled =
            compiler.get().compile(module.source(), machine).get(profile.kernel().name());
        Occupancy occupancy =
            Occupancy.of(
                machine,
                shape.threads(),
                compiled.registers(),
                compiled.sharedBytes() + shape.sharedBytes());
        all.add(new KernelResources(machine, compiled, occupancy));
      }
    }
    return all;
  }
}
