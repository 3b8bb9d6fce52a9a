package cadj.kernels.emulator.run;

import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Loads the bytecode that kernels are translated to. It becomes part of this package, so that it
/// reaches registers and memory as the code here does, without these being public.
public final class GeneratedCode {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /// Kernels kept for when their bytecode comes again.
  private static final int KEPT = 256;

  /// By their bytecode, the last used last.
  private static final SequencedMap<ByteBuffer, KernelCode> KERNELS =
      new LinkedHashMap<>(16, 0.75f, true);

  private GeneratedCode() {}

  /// The class to be generated under a simple name.
  public static ClassDesc named(String name) {
    return ClassDesc.of(GeneratedCode.class.getPackageName(), name);
  }

  /// A kernel. The same bytecode again, as when a module is loaded twice, gives the same: the JVM
  /// compiles it once. The class is unloaded when [#KEPT] other kernels were asked for since and
  /// this one is no longer reachable.
  ///
  /// @param bytecode of a subclass of [KernelCode] with a constructor that takes nothing
  public static KernelCode kernel(byte[] bytecode) {
    synchronized (KERNELS) {
      KernelCode kernel = KERNELS.computeIfAbsent(ByteBuffer.wrap(bytecode), it -> load(bytecode));
      if (KERNELS.size() > KEPT) {
        KERNELS.pollFirstEntry();
      }
      return kernel;
    }
  }

  private static KernelCode load(byte[] bytecode) {
    try {
      MethodHandles.Lookup hidden = LOOKUP.defineHiddenClass(bytecode, true);
      MethodType constructor = MethodType.methodType(void.class);
      return (KernelCode) hidden.findConstructor(hidden.lookupClass(), constructor).invoke();
    } catch (Throwable e) {
      throw new LinkageError("generated kernel", e);
    }
  }

  /// A class that all kernels may call.
  public static void define(byte[] bytecode) {
    try {
      LOOKUP.defineClass(bytecode);
    } catch (IllegalAccessException e) {
      throw new LinkageError("generated code", e);
    }
  }
}
