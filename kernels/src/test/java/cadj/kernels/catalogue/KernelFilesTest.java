package cadj.kernels.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.compiler.Architecture;
import cadj.kernels.compiler.CompiledKernel;
import cadj.kernels.compiler.PtxCompiler;
import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxModule;
import cadj.kernels.ptx.PtxParser;
import cadj.kernels.ptx.PtxVariable.Space;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// All kernels are listed, compile without spills, and read the same to our parser as to NVIDIA's.
///
/// Each is compiled, in all its settings, for the oldest machine that it runs on, and in one of
/// them for [Architecture#SM_90] and [Architecture#SM_120]; with `-Dcadj.machines=all` for every
/// machine in all.
@DisabledIfSystemProperty(
    named = "cadj.gpu",
    matches = "none",
    disabledReason = "the same whatever the processor's vectors")
@Execution(ExecutionMode.CONCURRENT)
final class KernelFilesTest {
  private static final boolean EVERY_MACHINE = "all".equals(System.getProperty("cadj.machines"));

  /// Files of the built module, as paths within it.
  private static List<Path> built(String ending) throws IOException, URISyntaxException {
    Path root =
        Path.of(KernelFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertTrue(Files.isDirectory(root), "classes in a folder, not in " + root);
    try (Stream<Path> files = Files.walk(root.resolve("cadj/kernels"))) {
      return files.filter(file -> file.toString().endsWith(ending)).map(root::relativize).toList();
    }
  }

  @Test
  void everyFileIsListed() throws Exception {
    Set<String> listed = new TreeSet<>();
    Set<String> names = new HashSet<>();
    Stream.concat(KernelFiles.ALL.stream(), KernelFiles.LIBRARIES.stream())
        .forEach(
            file -> {
              listed.add(file.path());
              assertTrue(names.add(file.source().name()), file.source().name() + " twice");
            });
    Set<String> there =
        built(".ptx").stream()
            .map(path -> path.toString().replace('\\', '/'))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(there, listed);
  }

  /// Else what is tested and profiled here would not be what runs.
  @Test
  void whatRoomsLaunchIsWhatIsListed() throws Exception {
    // Settings are set where they are launched: ExamplesTest holds those to the list.
    Set<String> listed = new HashSet<>();
    KernelFiles.ALL.forEach(file -> listed.add(file.source().written()));
    Set<String> libraries = new HashSet<>();
    KernelFiles.LIBRARIES.forEach(file -> libraries.add(file.source().written()));
    Set<String> launched = new HashSet<>();
    for (Path path : built(".class")) {
      String name = path.toString().replace('/', '.').replace(".class", "");
      if (name.endsWith("Test") || name.contains("$") || name.endsWith("package-info")) {
        continue;
      }
      Class<?> type = Class.forName(name, false, KernelFilesTest.class.getClassLoader());
      for (Field field : type.getDeclaredFields()) {
        if (field.getType() == PtxSource.class && Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          PtxSource source = (PtxSource) field.get(null);
          if (!libraries.contains(source.written())) {
            assertTrue(
                listed.contains(source.written()),
                name + "'s " + source.name() + " differs from the catalogue's, or is not there");
            launched.add(source.written());
          }
        }
      }
    }
    assertTrue(launched.containsAll(listed), "listed, but launched by no room");
  }

  @Test
  void namesAreUnique() {
    Set<String> names = new HashSet<>();
    for (KernelFile file : KernelFiles.ALL) {
      for (String name : PtxParser.parse(file.source()).kernels().keySet()) {
        assertTrue(names.add(name), () -> "two kernels are called " + name);
      }
    }
  }

  static List<Arguments> filesAndMachines() {
    List<Arguments> all = new ArrayList<>();
    for (KernelFile file : KernelFiles.ALL) {
      int target = PtxParser.parse(file.source()).target();
      List<Architecture> machines =
          Stream.of(Architecture.values()).filter(it -> it.capability() >= target).toList();
      for (Architecture machine : machines) {
        boolean newer = machine == Architecture.SM_90 || machine == Architecture.SM_120;
        if (EVERY_MACHINE || machine == machines.getFirst() || (newer && files().contains(file))) {
          all.add(Arguments.of(file.source().name(), machine, file));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0} for {1}")
  @MethodSource("filesAndMachines")
  void compiles(String name, Architecture machine, KernelFile file) {
    Optional<PtxCompiler> compiler = PtxCompiler.of(machine);
    assumeTrue(compiler.isPresent(), "no compiler for " + machine.text() + " (no ptxas on PATH)");
    Map<String, CompiledKernel> compiled = compiler.get().compile(file.source(), machine);
    PtxModule module = PtxParser.parse(file.source());
    assertEquals(module.kernels().keySet(), compiled.keySet());
    for (PtxKernel kernel : module.kernels().values()) {
      CompiledKernel it = compiled.get(kernel.name());
      assertEquals(0, it.spilledBytes(), () -> kernel.name() + ": bytes spilled");
      assertTrue(kernel.maxThreads() > 0, () -> kernel.name() + " does not say .maxntid");
      assertTrue(
          (long) it.registers() * kernel.maxThreads() <= 1 << 16,
          () -> kernel.name() + ": a block needs more registers than there are: " + it);
      assertEquals(
          sharedBytes(module, kernel), it.sharedBytes(), () -> kernel.name() + ": shared memory");
    }
  }

  @ParameterizedTest
  @FieldSource("cadj.kernels.catalogue.KernelFiles#ALL")
  void plainTextHasNoFunctions(KernelFile file) {
    for (String line : file.source().text().lines().toList()) {
      assertFalse(line.contains(".func"), line);
      assertFalse(line.matches(".*\\bcall\\b.*"), line);
    }
  }

  /// One of each file, whatever its settings, or all.
  static Collection<KernelFile> files() {
    if (EVERY_MACHINE) {
      return KernelFiles.ALL;
    }
    Map<String, KernelFile> byPath = new LinkedHashMap<>();
    KernelFiles.ALL.forEach(file -> byPath.putIfAbsent(file.path(), file));
    return byPath.values();
  }

  /// A function of ours in machine code would be one that is called, and that waits for outstanding
  /// loads. The compiler's own (`__cuda_…`) are for the rare operands of `rcp.rn`, `div.rn` and
  /// `sqrt.rn`, such as subnormal ones.
  @ParameterizedTest
  @MethodSource("files")
  void machineCodeHasNoFunctionsButEntries(KernelFile file) {
    assumeTrue(Cubin.canCompile(), "no compiler here");
    PtxModule module = PtxParser.parse(file.source());
    String machine = "sm_" + Math.max(75, module.target());
    Set<String> functions = new HashSet<>(Cubin.functions(file.source().text(), machine));
    functions.removeIf(it -> it.contains("$__cuda_"));
    assertEquals(module.kernels().keySet(), functions);
  }

  /// What the test above would find.
  @Test
  void functionsThatAreCalledAreSeenInMachineCode() {
    assumeTrue(Cubin.canCompile(), "no compiler here");
    String text =
        """
        .version 6.0
        .target sm_70
        .address_size 64
        .func (.reg .f32 %y) twice (.reg .f32 %x) { add.f32 %y, %x, %x; ret; }
        .visible .entry k(.param .u64 out) {
          .reg .u64 %at;
          .reg .f32 %x;
          ld.param.u64 %at, [out];
          ld.global.f32 %x, [%at];
          call (%x), twice, (%x);
          st.global.f32 [%at], %x;
          ret;
        }
        """;
    assertEquals(Set.of("k", "$k$twice"), Set.copyOf(Cubin.functions(text, "sm_80")));
  }

  private static int sharedBytes(PtxModule module, PtxKernel kernel) {
    return Stream.concat(module.variables().stream(), kernel.variables().stream())
        .filter(it -> it.space() == Space.SHARED && it.count() > 0)
        .mapToInt(it -> it.offset() + it.bytes())
        .max()
        .orElse(0);
  }
}
