package cadj.kernels.cuda;

import static java.util.stream.Collectors.joining;

import cadj.kernels.device.Driver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// NVIDIA's libraries, made of the C files under `src/test/c`, in this process: JCuda finds them
/// instead of real ones, and they hand on what there is to do to a [StubMachine].
///
/// Every function that JCuda's libraries need has to be there, or a call of it would end the
/// process: those that are not written in C are generated, and refuse. Of CUDA 13 there is what is
/// written in C, as functions are found by name.
@SuppressWarnings("restricted")
public final class StubLibraries {
  private static final Path SOURCES = Path.of("src", "test", "c");
  private static final String REDISTRIBUTED = "org/bytedeco/cuda/linux-x86_64/";

  /// Whose libraries are there.
  public enum Version {
    CUDA_12,
    CUDA_13
  }

  private final SymbolLookup cuda;
  private final Path folder;
  private final Version version;

  private StubLibraries(SymbolLookup cuda, Path folder, Version version) {
    this.cuda = cuda;
    this.folder = folder;
    this.version = version;
  }

  /// Compiles and loads them, once in a process, before any of JCuda's: as if out of a jar those of
  /// CUDA 12, which JCuda's natives need, or in a folder those of CUDA 13.
  ///
  /// @param memory bytes that the device has
  public static StubLibraries load(Driver machine, long memory, Version version) {
    Path compiler = compiler();
    try {
      Path folder = temporaryFolder();
      Path libcuda = folder.resolve("libcuda.so.1");
      compile(compiler, "cuda.c", "JCudaDriver", libcuda, "");
      System.load(libcuda.toString());
      StubLibraries stubs =
          new StubLibraries(SymbolLookup.libraryLookup(libcuda, Arena.global()), folder, version);
      switch (version) {
        case CUDA_12 -> {
          Path jar = Files.createDirectories(folder.resolve("jar").resolve(REDISTRIBUTED));
          compile(
              compiler,
              "cublas.c",
              "JCublas2",
              jar.resolve("libcublas.so.12"),
              "-DVERSION=120603",
              libcuda);
          compile(compiler, "cublaslt.c", "", jar.resolve("libcublasLt.so.12"), "", libcuda);
          compile(compiler, "cudnn.c", "JCudnn", jar.resolve("libcudnn.so.9"), "", libcuda);
          URL[] urls = {folder.resolve("jar").toUri().toURL()};
          try (URLClassLoader jars = new URLClassLoader(urls)) {
            if (!new RedistributedLibraries(jars, folder.resolve("unpacked")).load()) {
              throw new IllegalStateException("no libraries in " + jar);
            }
          }
        }
        case CUDA_13 -> {
          // As pip puts them.
          Path cublas = Files.createDirectories(folder.resolve("nvidia/cu13/lib"));
          Path cudnn = Files.createDirectories(folder.resolve("nvidia/cudnn/lib"));
          compile(
              compiler,
              "cublas.c",
              "",
              cublas.resolve("libcublas.so.13"),
              "-DVERSION=130103",
              libcuda);
          compile(compiler, "cublaslt.c", "", cublas.resolve("libcublasLt.so.13"), "", libcuda);
          compile(compiler, "cudnn.c", "", cudnn.resolve("libcudnn.so.9"), "", libcuda);
        }
      }
      MemorySegment table = new StubMachine(machine).table();
      call(
          stubs.function(
              "stub_connect",
              FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG)),
          table,
          memory);
      return stubs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// cuBLAS as the program finds it: where it is of CUDA 12, through JCuda.
  public CuBlas blas(JCudaDriver driver) {
    return new CuBlas(driver, BlasCalls.open(search()));
  }

  /// cuDNN, which is called in the same way as cuBLAS here. The program itself would go through
  /// JCuda wherever its natives load.
  public CuDnn dnn(JCudaDriver driver) {
    return new CuDnn(
        driver,
        version == Version.CUDA_12
            ? DnnCalls.open(search())
            : new ForeignDnn(search().find("libcudnn.so.9", new ArrayList<>()).orElseThrow()));
  }

  private LibrarySearch search() {
    return new LibrarySearch(folder, Map.of("CADJ_CUDA_PATH", folder.toString()));
  }

  /// Gone when the process ends.
  private static Path temporaryFolder() throws IOException {
    Path folder = Files.createTempDirectory("stubs");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path compiler() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(":"))
        .map(folder -> Path.of(folder, "gcc"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(
            () ->
                Assumptions.abort(
                    "SKIPPED: no gcc in PATH to compile the stub libraries with; the JCuda layer is"
                        + " untested"));
  }

  private static void compile(
      Path compiler, String source, String natives, Path library, String option, Path... needed)
      throws IOException {
    Path folder = library.getParent();
    String name = library.getFileName().toString();
    Path missing = folder.resolve(source + ".missing.c");
    Files.writeString(
        missing,
        refusals(
            natives.isEmpty()
                ? List.of()
                : Elf.needed("/lib/lib%s-12.6.0-linux-x86_64.so".formatted(natives))));
    // NVIDIA's libraries but for the driver carry their own name as the version of all functions.
    Path versions = folder.resolve(source + ".versions");
    Files.writeString(versions, name + " { global: *; };\n");
    List<String> command = new ArrayList<>();
    command.add(compiler.toString());
    command.addAll(List.of("-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror"));
    command.addAll(List.of("-Wno-unused-parameter", "-fPIC", "-shared", "-Wl,-soname," + name));
    if (needed.length > 0) {
      command.add("-Wl,--version-script=" + versions);
    }
    if (!option.isEmpty()) {
      command.add(option);
    }
    command.addAll(List.of("-o", library.toString()));
    command.add(SOURCES.resolve(source).toAbsolutePath().toString());
    command.add(missing.toString());
    Arrays.stream(needed).map(Path::toString).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + output);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while compiling " + source, e);
    }
  }

  /// Weak, so that those in the C files have precedence.
  private static String refusals(List<String> functions) {
    return functions.stream()
        .filter(name -> name.startsWith("cu"))
        .map(name -> "W int %s(void) { return stub_missing(\"%s\"); }\n".formatted(name, name))
        .collect(
            joining(
                "", "int stub_missing(const char *name);\n#define W __attribute__((weak))\n", ""));
  }

  /// The next `call` fails with `result` and does nothing.
  public void refuse(String call, int result) {
    refuse(call, result, 1);
  }

  /// The same for so many of the next calls.
  void refuse(String call, int result, int times) {
    try (Arena arena = Arena.ofConfined()) {
      call(
          function(
              "stub_refuse",
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)),
          arena.allocateFrom(call),
          result,
          times);
    }
  }

  /// Bytes of device memory that are not in use.
  long memoryLeft() {
    return (long) call(function("stub_memory_left", FunctionDescriptor.of(ValueLayout.JAVA_LONG)));
  }

  public void setCapability(int capability) {
    call(
        function("stub_set_capability", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)),
        capability);
  }

  private MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(cuda.findOrThrow(name), type);
  }

  private static Object call(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
