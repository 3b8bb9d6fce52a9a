package cadj.kernels.profiler;

import cadj.kernels.catalogue.KernelFile;
import cadj.kernels.catalogue.KernelFiles;
import cadj.kernels.compiler.Architecture;
import cadj.kernels.compiler.CompiledKernel;
import cadj.kernels.compiler.PtxCompiler;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A row of `cadj kernels`.
///
/// @param place file and line, such as `sum.ptx:36`
/// @param does what it computes, in a line
/// @param example that launches it
/// @param registers per thread on [#MACHINE], if a compiler is here
public record KernelEntry(
    String name, String place, String does, Example example, Optional<Integer> registers) {
  /// All kernels run on it, those for tensor cores included.
  public static final Architecture MACHINE = Architecture.SM_80;

  /// Every kernel, file by file.
  public static List<KernelEntry> all() {
    Optional<PtxCompiler> compiler = PtxCompiler.of(MACHINE);
    List<List<KernelEntry>> files =
        KernelFiles.ALL.parallelStream().map(file -> of(file, compiler)).toList();
    return files.stream().flatMap(List::stream).toList();
  }

  private static List<KernelEntry> of(KernelFile file, Optional<PtxCompiler> compiler) {
    Map<String, CompiledKernel> compiled =
        compiler.isPresent() ? compiler.get().compile(file.source(), MACHINE) : Map.of();
    List<KernelEntry> entries = new ArrayList<>();
    for (PtxKernel kernel : PtxParser.parse(file.source()).kernels().values()) {
      Example example = Examples.of(kernel.name());
      entries.add(
          new KernelEntry(
              kernel.name(),
              file.source().place(kernel.line()),
              example.does(kernel.name()),
              example,
              Optional.ofNullable(compiled.get(kernel.name())).map(CompiledKernel::registers)));
    }
    return entries;
  }
}
