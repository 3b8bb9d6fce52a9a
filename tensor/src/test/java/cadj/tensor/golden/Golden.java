package cadj.tensor.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Where golden files are, and how tensors are compared with them.
///
/// With the system property `cadj.golden=DIR` (relative to the repository) they are those under
/// DIR, which may lack some: a test whose files are absent is then aborted, not failed. Otherwise
/// they are the union of `<module>/src/test/resources/golden` over all modules, and an absent file
/// is a failure. The repository is `cadj.golden.root`, or the nearest folder above the working
/// directory that contains `.mvn`.
///
/// Files are named relative to the set, with `/`. A model's folder may be spread over modules (its
/// weights in one, `expected/cad` in another), so find files by name, not by resolving folders:
/// `Golden.require(Golden.name(model) + "/expected/vae.safetensors")`.
public final class Golden {
  private static final SortedMap<String, Path> FILES = Collections.unmodifiableSortedMap(scan());

  /// What was printed already.
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private Golden() {}

  // ---- finding

  /// Whether `cadj.golden` names another set, which may be partial.
  public static boolean isOtherSet() {
    return System.getProperty("cadj.golden") != null;
  }

  /// The file of that name, such as `formats/dtypes.safetensors`, if the set has it.
  public static Optional<Path> find(String name) {
    return Optional.ofNullable(FILES.get(name));
  }

  /// The file of that name; its absence aborts the test in another set and fails it in our own.
  public static Path require(String name) {
    return find(name).orElseThrow(() -> absent(name));
  }

  /// All files whose names match `pattern`, sorted by name:
  /// `*/expected/trajectory_ddim_g*.safetensors`. A `*` stays within one folder, `**` does not.
  /// Finding none aborts the test in another set and fails it in our own.
  public static List<Path> glob(String pattern) {
    List<Path> found = globOrNone(pattern);
    if (found.isEmpty()) {
      throw absent(pattern);
    }
    return found;
  }

  /// As [#glob], but finding none is fine.
  public static List<Path> globOrNone(String pattern) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    List<Path> found = new ArrayList<>();
    FILES.forEach(
        (name, file) -> {
          if (matcher.matches(Path.of(name))) {
            found.add(file);
          }
        });
    return found;
  }

  /// The folders of whole models with a UNet: those that hold a `unet/`.
  public static List<Path> modelFolders() {
    return ofModels("model_index.json").stream().map(Path::getParent).toList();
  }

  /// The files of that name or pattern in the folder of each model with a UNet, sorted:
  /// `expected/vae.safetensors`. Those of other folders are passed over, and it is printed why;
  /// models with a transformer have tests of their own. Finding none aborts the test in another set
  /// and fails it in our own.
  public static List<Path> ofModels(String pattern) {
    List<Path> found = new ArrayList<>();
    Set<String> passedOver = new TreeSet<>();
    for (Path file : glob("*/" + pattern)) {
      String folder = Path.of(name(file)).getName(0).toString();
      if (find(folder + "/unet/config.json").isPresent()) {
        found.add(file);
      } else {
        passedOver.add(folder);
      }
    }
    for (String folder : passedOver) {
      String line =
          "golden %s: passed over %s, %s"
              .formatted(
                  pattern,
                  folder,
                  find(folder + "/transformer/config.json").isPresent()
                      ? "whose denoiser is a transformer, which has tests of its own"
                      : "which is no whole model: it has no unet/");
      if (TOLD.add(line)) {
        System.out.println(line);
      }
    }
    if (found.isEmpty()) {
      throw absent(pattern + " of a model with a unet/");
    }
    return found;
  }

  /// The name in the set of a file or folder found here: `sd1-tiny/expected/unet.safetensors`.
  public static String name(Path found) {
    for (Path root : roots()) {
      if (found.startsWith(root)) {
        return slashes(root.relativize(found));
      }
    }
    throw new IllegalArgumentException(found + " is not part of the golden set");
  }

  /// Opens a file found here; for `try (SafetensorsFile file = …)`.
  public static SafetensorsFile open(Path file) {
    return SafetensorsFile.open(file);
  }

  /// Opens the file of that name, as [#require] finds it.
  public static SafetensorsFile open(String name) {
    return SafetensorsFile.open(require(name));
  }

  /// Tells that the running test went through `cases` more cases.
  public static void count(int cases) {
    GoldenCases.report(cases);
  }

  // ---- comparing

  /// max |actual − expected| ≤ tolerance · max |expected|, and equal shapes.
  public static void assertClose(String what, Tensor expected, Tensor actual, double tolerance) {
    assertWithin(what, expected, actual, tolerance * largest(expected.toDoubles()));
  }

  /// max |actual − expected| ≤ bound, and equal shapes.
  public static void assertWithin(String what, Tensor expected, Tensor actual, double bound) {
    assertEquals(expected.shape(), actual.shape(), what + ": shape");
    double[] e = expected.toDoubles();
    double[] a = actual.toDoubles();
    int worst = -1;
    double error = 0;
    for (int i = 0; i < e.length; i++) {
      double difference = e[i] == a[i] ? 0 : Math.abs(e[i] - a[i]);
      if (Double.isNaN(difference) && Double.isNaN(e[i]) && Double.isNaN(a[i])) {
        continue;
      }
      if (!(difference <= error)) {
        worst = i;
        error = difference;
        if (Double.isNaN(error)) {
          break;
        }
      }
    }
    if (!(error <= bound)) {
      fail(
          "%s %s at %s: expected %s, got %s: error %.3g, allowed %.3g (max |expected| %.3g)"
              .formatted(
                  what,
                  expected.shape(),
                  index(worst, expected.shape().toArray()),
                  e[worst],
                  a[worst],
                  error,
                  bound,
                  largest(e)));
    }
  }

  /// ‖actual − expected‖₂ ≤ tolerance · ‖expected‖₂, and equal shapes.
  public static void assertL2(String what, Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.shape(), actual.shape(), what + ": shape");
    double[] e = expected.toDoubles();
    double[] a = actual.toDoubles();
    double error = 0;
    double norm = 0;
    for (int i = 0; i < e.length; i++) {
      error += (a[i] - e[i]) * (a[i] - e[i]);
      norm += e[i] * e[i];
    }
    if (!(Math.sqrt(error) <= tolerance * Math.sqrt(norm))) {
      fail(
          "%s %s: relative L2 error %.3g, allowed %.3g (norm %.3g)"
              .formatted(
                  what, expected.shape(), Math.sqrt(error / norm), tolerance, Math.sqrt(norm)));
    }
  }

  /// The same shape and the same values, −0 and 0 alike, NaN equal to NaN.
  public static void assertExact(String what, Tensor expected, Tensor actual) {
    assertWithin(what, expected, actual, 0);
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  private static String index(int flat, int[] dims) {
    int[] index = new int[dims.length];
    int rest = flat;
    for (int i = dims.length - 1; i >= 0; i--) {
      index[i] = rest % dims[i];
      rest /= dims[i];
    }
    return Arrays.toString(index).replace(" ", "");
  }

  // ---- the set

  /// The failure to throw; in another set, aborts the test instead.
  private static AssertionError absent(String name) {
    if (isOtherSet()) {
      Assumptions.abort("%s has no %s".formatted(System.getProperty("cadj.golden"), name));
    }
    return new AssertionError("golden data lacks %s in %s".formatted(name, roots()));
  }

  private static List<Path> roots() {
    String other = System.getProperty("cadj.golden");
    if (other != null) {
      return List.of(repository().resolve(other).normalize());
    }
    try (Stream<Path> modules = Files.list(repository())) {
      return modules
          .map(module -> module.resolve("src/test/resources/golden"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path repository() {
    String root = System.getProperty("cadj.golden.root");
    if (root != null) {
      return Path.of(root).toAbsolutePath().normalize();
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(".mvn"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "no folder with .mvn above %s; set -Dcadj.golden.root".formatted(start));
  }

  private static SortedMap<String, Path> scan() {
    SortedMap<String, Path> files = new TreeMap<>();
    for (Path root : roots()) {
      try (Stream<Path> all = Files.walk(root)) {
        all.filter(Files::isRegularFile)
            .forEach(file -> files.putIfAbsent(slashes(root.relativize(file)), file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  private static String slashes(Path relative) {
    return relative.toString().replace('\\', '/');
  }
}
