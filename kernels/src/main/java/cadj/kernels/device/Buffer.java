package cadj.kernels.device;

/// A run of elements in memory, without shape: what a kernel reads and writes.
///
/// [#get] and [#set] go through `double` and are for the reference kernels, which are thereby
/// written once for single and double precision; fast kernels take [F32#array] and [F32#offset].
public sealed interface Buffer permits F32, F64, I64, GpuF32, GpuHalf {
  int length();

  DType dtype();

  /// Element `i`, 0 ≤ i < length.
  double get(int i);

  /// Writes element `i`, rounded to this buffer's type.
  void set(int i, double value);

  /// A window onto the same memory.
  Buffer slice(int offset, int length);

  /// The first `length` elements of `buffer`, which must be of single precision, on any device.
  static Buffer singles(Buffer buffer, int length) {
    if (buffer.dtype() != DType.F32) {
      throw new IllegalArgumentException("expected a F32 buffer, got " + buffer.dtype());
    }
    return buffer.slice(0, length);
  }

  /// A new zeroed buffer of `length` elements.
  static Buffer allocate(DType dtype, int length) {
    return switch (dtype) {
      case F32 -> F32.allocate(length);
      case F64 -> new F64(new double[length], 0, length);
      case I64 -> new I64(new long[length], 0, length);
      case F16, BF16, I32, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException(
              "%s is a storage type; tensors hold F32, F64 or I64".formatted(dtype));
    };
  }
}
