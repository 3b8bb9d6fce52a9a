package cadj.kernels.device;

/// An array of each thread for what an operation of some kind needs on its way, kept for the next
/// of that kind. Large arrays that live for one operation only would be what the collector works
/// for: it moves those that it finds in use, and has room for them all until then.
public final class Scratch {
  private final ThreadLocal<float[]> kept = ThreadLocal.withInitial(() -> new float[0]);

  /// At least `length` elements, with whatever the last operation left in them.
  public float[] atLeast(int length) {
    float[] array = kept.get();
    if (array.length < length) {
      array = new float[length];
      kept.set(array);
    }
    return array;
  }
}
