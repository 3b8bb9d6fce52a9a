package cadj.kernels.catalogue;

import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCompile;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCreate;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerDestroy;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetCompiledProgram;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetCompiledProgramSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetVersion;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.cuda.Elf;
import cadj.kernels.natives.Unpacking;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/// Machine code, by the compiler that JCuda carries along.
final class Cubin {
  private static final int SUCCESS = 0;

  private Cubin() {}

  static boolean canCompile() {
    try {
      Unpacking.run(() -> nvPTXCompilerGetVersion(new int[1], new int[1]));
      return true;
    } catch (LinkageError absent) {
      return false;
    }
  }

  /// Names of the functions, entries among them.
  static List<String> functions(String ptx, String machine) {
    byte[] text = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
    nvPTXCompilerHandle handle = new nvPTXCompilerHandle();
    assertEquals(SUCCESS, nvPTXCompilerCreate(handle, text.length, text));
    try {
      assertEquals(
          SUCCESS, nvPTXCompilerCompile(handle, 1, new String[] {"--gpu-name=" + machine}));
      long[] bytes = new long[1];
      assertEquals(SUCCESS, nvPTXCompilerGetCompiledProgramSize(handle, bytes));
      byte[] program = new byte[(int) bytes[0]];
      assertEquals(SUCCESS, nvPTXCompilerGetCompiledProgram(handle, program));
      return Elf.functions(program);
    } finally {
      nvPTXCompilerDestroy(handle);
    }
  }
}
