package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.catalogue.KernelFile;
import cadj.kernels.catalogue.KernelFiles;
import cadj.kernels.device.Cpu;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.ptx.PtxParser;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kernel has a run, and every run launches what it says.
@DisabledIfSystemProperty(
    named = "cadj.gpu",
    matches = "none",
    disabledReason = "the same whatever the processor's vectors")
final class ExamplesTest {
  private static final Cpu CPU = new Cpu(2);

  /// Files with their settings.
  private static final Set<String> LISTED =
      KernelFiles.ALL.stream().map(file -> file.source().name()).collect(Collectors.toSet());

  static List<Example> examples() {
    return Examples.ALL;
  }

  @Test
  void everyKernelHasAnExampleAndAWord() {
    Set<String> there = new TreeSet<>();
    for (KernelFile file : KernelFiles.ALL) {
      there.addAll(PtxParser.parse(file.source()).kernels().keySet());
    }
    Set<String> launched = new TreeSet<>();
    for (Example example : Examples.ALL) {
      for (Example.Launched kernel : example.kernels()) {
        launched.add(kernel.kernel());
        assertTrue(kernel.does().length() <= 64 && !kernel.does().isBlank(), kernel.toString());
      }
    }
    assertEquals(there, launched);
    Set<String> names = new HashSet<>();
    Examples.ALL.forEach(it -> assertTrue(names.add(it.name()), it.name() + " twice"));
  }

  @Test
  void unknownKernels() {
    assertEquals(
        "no kernel is called gelu; `cadj kernels` lists them",
        assertThrows(IllegalArgumentException.class, () -> Examples.of("gelu")).getMessage());
  }

  /// Kernels whose work is to read or write little of much: one element of each row, or weights
  /// across their taps.
  private static final Set<String> SCATTERED =
      Set.of(
          "nll_forward",
          "nll_backward",
          "conv2d_sum",
          "conv2d_pack_across_f32",
          "conv2d_pack_across_f16",
          "conv2d_pack_across_bf16",
          "conv2d_pack_along_f32",
          "conv2d_pack_along_f16",
          "conv2d_pack_along_bf16");

  /// What each kernel's file says of itself: whole sectors, no bank conflicts, few idle lanes.
  @ParameterizedTest
  @MethodSource("examples")
  void launchesWhatItSaysAndUsesMemoryWell(Example example) {
    Map<String, KernelProfile> profiles = Profiler.count(example, example.sizes(""), CPU);
    for (KernelProfile profile : profiles.values()) {
      assertTrue(LISTED.contains(profile.source().name()), profile.source().name());
    }
    for (Example.Launched launched : example.kernels()) {
      String name = launched.kernel();
      KernelProfile profile = profiles.get(name);
      assertTrue(profile != null, () -> name + " among " + profiles.keySet());
      assertTrue(profile.warpInstructions() > 0, name);
      assertEquals(0, profile.bankConflicts(), () -> name + ": bank conflicts");
      assertTrue(profile.laneUse() > 0.75, () -> name + ": lanes, " + profile.laneUse());
      assertTrue(
          profile.sectorUse() > 0.6 || SCATTERED.contains(name),
          () -> name + ": bytes of sectors used, " + profile.sectorUse());
    }
  }

  @Test
  void timesAreOfEachLaunchOfARun() {
    Example example = Examples.of("layernorm_backward");
    EmulatedDriver driver = new EmulatedDriver(CPU, EmulatedDriver.Checks.BOUNDS);
    List<TimedLaunch> launches = Profiler.time(example, example.sizes("8,64"), driver);
    assertEquals(
        Profiler.count(example, example.sizes("8,64"), CPU).values().stream()
            .mapToInt(profile -> profile.shapes().size())
            .sum(),
        launches.size());
    assertTrue(launches.stream().anyMatch(it -> it.kernel().equals("layernorm_backward")));
    launches.forEach(it -> assertTrue(it.milliseconds() > 0 && it.milliseconds() < 1e4));
  }
}
