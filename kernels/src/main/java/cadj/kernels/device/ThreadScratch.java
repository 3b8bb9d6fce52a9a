package cadj.kernels.device;

/// An array that each thread keeps for one kind of operation, from one to the next: a large array
/// made anew for each is zeroed, and moved by the collector if it is found in use.
///
/// It only grows, and is kept while the thread lives. Not reentrant: a second [#atLeast] on the
/// same thread gives the same array.
public final class ThreadScratch {
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
