package cadj.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/// Functions of a library of NVIDIA's, through `java.lang.foreign`. What C calls a pointer is a
/// `long` here, as device memory is told of.
@SuppressWarnings("restricted")
final class ForeignFunctions {
  /// A name in C, from its address.
  private static final FunctionDescriptor TEXT = FunctionDescriptor.of(ADDRESS, JAVA_INT);

  private final SharedLibrary library;

  ForeignFunctions(SharedLibrary library) {
    this.library = library;
  }

  /// A function that returns a status.
  ///
  /// @throws CudaException if the library has no such function
  MethodHandle status(String name, MemoryLayout... parameters) {
    return find(name, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  /// A function that returns a `size_t`.
  MethodHandle size(String name) {
    return find(name, FunctionDescriptor.of(JAVA_LONG));
  }

  /// A function that puts a status in words.
  MethodHandle words(String name) {
    return find(name, TEXT);
  }

  private MethodHandle find(String name, FunctionDescriptor type) {
    MemorySegment function =
        library
            .symbols()
            .find(name)
            .orElseThrow(() -> new CudaException("%s has no %s".formatted(library.name(), name)));
    return Linker.nativeLinker().downcallHandle(function, type);
  }

  /// Calls a function of [#status] that is not called often.
  static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static String words(MethodHandle function, int status) {
    try {
      MemorySegment text = (MemorySegment) function.invokeExact(status);
      return text.equals(MemorySegment.NULL)
          ? "status " + status
          : text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Calls a function of [#status] whose last parameter is where to write a pointer or a number.
  static int out(long[] result, MethodHandle function, Object... before) {
    return out(result, function, before.length, before);
  }

  /// Calls a function of [#status] whose first parameter is where to write a pointer.
  static int into(long[] result, MethodHandle function, Object... after) {
    return out(result, function, 0, after);
  }

  private static int out(long[] result, MethodHandle function, int place, Object[] others) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      List<Object> arguments = new ArrayList<>(List.of(others));
      arguments.add(place, out.address());
      int status = call(function, arguments.toArray());
      result[0] = out.get(JAVA_LONG, 0);
      return status;
    }
  }

  /// C throws nothing, so this is a mistake here: a wrong type of an argument.
  static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("a call of a C function", e);
  }
}
