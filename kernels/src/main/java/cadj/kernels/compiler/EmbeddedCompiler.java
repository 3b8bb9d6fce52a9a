package cadj.kernels.compiler;

import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCompile;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCreate;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerDestroy;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLogSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLogSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetVersion;
import static jcuda.nvptxcompiler.JNvPTXCompiler.setExceptionsEnabled;

import cadj.kernels.device.PtxSource;
import cadj.kernels.natives.Unpacking;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/// The PTX compiler inside JCuda's libraries, which needs no toolkit, driver or other process.
final class EmbeddedCompiler implements PtxCompiler {
  /// What CUDA 12.0 knows.
  private static final int NEWEST = Architecture.SM_90.capability();

  private static final Optional<PtxCompiler> INSTANCE = load();

  private EmbeddedCompiler() {}

  static Optional<PtxCompiler> of(Architecture machine) {
    return machine.capability() <= NEWEST ? INSTANCE : Optional.empty();
  }

  /// There are libraries for Linux on x86 only.
  private static Optional<PtxCompiler> load() {
    try {
      Unpacking.run(() -> setExceptionsEnabled(false));
      check(nvPTXCompilerGetVersion(new int[1], new int[1]), "version");
      return Optional.of(new EmbeddedCompiler());
    } catch (LinkageError absent) {
      return Optional.empty();
    }
  }

  @Override
  public Map<String, CompiledKernel> compile(PtxSource source, Architecture machine) {
    byte[] text = (source.text() + "\0").getBytes(StandardCharsets.UTF_8);
    nvPTXCompilerHandle handle = new nvPTXCompilerHandle();
    check(nvPTXCompilerCreate(handle, text.length, text), source.name());
    try {
      String[] options = {"--gpu-name=" + machine.text(), "--verbose"};
      int result = nvPTXCompilerCompile(handle, options.length, options);
      if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
        throw CompilerLog.failure(source, machine, errors(handle));
      }
      return CompilerLog.kernels(log(handle));
    } finally {
      check(nvPTXCompilerDestroy(handle), source.name());
    }
  }

  private static String log(nvPTXCompilerHandle handle) {
    long[] bytes = new long[1];
    check(nvPTXCompilerGetInfoLogSize(handle, bytes), "log");
    byte[] text = new byte[(int) bytes[0] + 1];
    check(nvPTXCompilerGetInfoLog(handle, text), "log");
    return string(text);
  }

  private static String errors(nvPTXCompilerHandle handle) {
    long[] bytes = new long[1];
    check(nvPTXCompilerGetErrorLogSize(handle, bytes), "errors");
    byte[] text = new byte[(int) bytes[0] + 1];
    check(nvPTXCompilerGetErrorLog(handle, text), "errors");
    return string(text);
  }

  private static String string(byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOf(text, end), StandardCharsets.UTF_8);
  }

  private static void check(int result, String what) {
    if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
      throw new IllegalStateException(
          "PTX compiler, %s: %s".formatted(what, nvPTXCompileResult.stringFor(result)));
    }
  }
}
