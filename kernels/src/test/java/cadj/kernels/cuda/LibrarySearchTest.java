package cadj.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Places, in files that are no libraries; real ones are found by [StubLibraries].
final class LibrarySearchTest {
  private static final String NAME = "libcadj-nobody-has-this.so.13";

  @TempDir private Path root;

  private LibrarySearch search(Map<String, String> environment) {
    return new LibrarySearch(root, environment);
  }

  private Path folder(String path) throws IOException {
    return Files.createDirectories(root.resolve(path));
  }

  @Test
  void newerVersionsOfCudaComeFirst() throws IOException {
    Path older = folder("usr/local/cuda-12.6/lib64");
    Path newer = folder("usr/local/cuda-13.0/lib64");
    Path target = folder("usr/local/cuda-13.0/targets/x86_64-linux/lib");
    Path distribution = folder("usr/lib/x86_64-linux-gnu");
    folder("usr/local/share/lib64");
    assertEquals(List.of(newer, older, target, distribution), search(Map.of()).usual());
    Path linked = folder("usr/local/cuda/lib64");
    assertEquals(linked, search(Map.of()).usual().getFirst());
  }

  @Test
  void belowAFolderAreTheInstallersPlaces() throws IOException {
    Path pip = folder("site/nvidia/cu13/lib");
    Path cudnn = folder("site/nvidia/cudnn/lib");
    Path toolkit = folder("tk/lib64");
    Path environment = folder("venv/lib/python3.12/site-packages/nvidia/cublas/lib");
    String path = root.resolve("site") + ":" + root.resolve("tk") + "::" + root.resolve("gone");
    assertEquals(
        List.of(root.resolve("site"), cudnn, pip, root.resolve("tk"), toolkit),
        search(Map.of("CADJ_CUDA_PATH", path)).named("CADJ_CUDA_PATH"));
    assertTrue(
        search(Map.of("VIRTUAL_ENV", root.resolve("venv").toString()))
            .usual()
            .contains(environment));
    assertEquals(List.of(), search(Map.of()).named("CADJ_CUDA_PATH"));
  }

  @Test
  void whatIsNotThereIsToldOf() {
    List<String> troubles = new ArrayList<>();
    assertTrue(search(Map.of()).find(NAME, troubles).isEmpty());
    assertEquals(List.of(NAME + " not found"), troubles);
  }

  @Test
  void whatDoesNotLoadIsToldOf() throws IOException {
    Path file = folder("named/lib64").resolve(NAME);
    Files.writeString(file, "no library");
    List<String> troubles = new ArrayList<>();
    Map<String, String> environment = Map.of("CADJ_CUDA_PATH", root.resolve("named").toString());
    assertTrue(search(environment).find(NAME, troubles).isEmpty());
    assertEquals(1, troubles.size());
    assertTrue(troubles.getFirst().contains(file.toString()), troubles::toString);
    troubles.clear();
    Files.delete(file);
    folder("usr/lib64");
    Files.writeString(root.resolve("usr/lib64").resolve(NAME), "no library");
    assertTrue(search(environment).find(NAME, troubles).isEmpty());
    assertTrue(troubles.getFirst().contains("usr/lib64"), troubles::toString);
  }

  /// With libraries of the C library's that nothing here has loaded yet.
  @Test
  void whatIsNamedComesBeforeTheLoaderAndTheUsualPlacesAfterIt() throws IOException {
    List<String> troubles = new ArrayList<>();
    Path named = copied("libBrokenLocale.so.1", "named/lib64");
    SharedLibrary first =
        search(Map.of("CADJ_CUDA_PATH", root.resolve("named").toString()))
            .find("libBrokenLocale.so.1", troubles)
            .orElseThrow();
    assertEquals(named.toRealPath().toString(), first.origin());
    Path usual = copied("libanl.so.1", "usr/lib64");
    SharedLibrary loaders = search(Map.of()).find("libanl.so.1", troubles).orElseThrow();
    assertNotEquals(usual.toRealPath().toString(), loaders.origin());
    assertEquals(List.of(), troubles);
  }

  private Path copied(String library, String folder) throws IOException {
    Optional<Path> there =
        Stream.of("/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib64")
            .map(it -> Path.of(it, library))
            .filter(Files::exists)
            .findFirst();
    assumeTrue(there.isPresent(), library + " lies elsewhere");
    return Files.copy(there.orElseThrow(), folder(folder).resolve(library));
  }

  @Test
  void aLibraryKnowsItsFileAndItsFunctions() {
    SharedLibrary c = SharedLibrary.byName("libc.so.6").orElseThrow();
    assertTrue(c.origin().matches("/.*libc.*"), c.origin());
    assertEquals("libnone.so.1", new SharedLibrary("libnone.so.1", c.symbols()).origin());
    ForeignFunctions functions = new ForeignFunctions(c);
    assertEquals(
        "libc.so.6 has no cublasCreate_v2",
        assertThrows(CudaException.class, () -> functions.status("cublasCreate_v2")).getMessage());
    assertFalse(SharedLibrary.byName(NAME).isPresent());
  }
}
