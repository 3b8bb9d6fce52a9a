package cadj.cad.attribution;

import cadj.autograd.graph.GradientSum;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import org.jspecify.annotations.Nullable;

/// One parameter's [GradientSum], in memory or in a [SumStore] between two additions.
sealed interface RunningSum {
  /// An empty sum for gradients of `w`.
  static RunningSum zero(Tensor w) {
    return switch (SumStore.current()) {
      case SumStore.Heap _ -> new OnDevice(w);
      case SumStore.Spilled store -> new InFile(store, w);
    };
  }

  /// As [GradientSum#add].
  void add(Tensor gradient, Tensor weight, Tensor totals);

  /// What was added up; the sum is empty again.
  SumStore.Cell<float[]> take();

  /// The sum so far, to be read at once.
  Tensor sum();

  /// What [#sum] has too much by rounding, likewise.
  Tensor carry();

  /// Goes on from a sum and carry that were saved.
  void restore(float[] sum, float[] carry);

  /// On the device, always; made when it is first asked for.
  final class OnDevice implements RunningSum {
    private final Tensor w;
    private @Nullable GradientSum held;

    OnDevice(Tensor w) {
      this.w = w;
    }

    private GradientSum held() {
      if (held == null) {
        held = Scope.outside(() -> new GradientSum(zeros(w), Tensor.zeros(w.dtype(), w.shape())));
      }
      return held;
    }

    /// On a processor in an array that holds nothing else, for [#take].
    private static Tensor zeros(Tensor w) {
      return w.dtype() == DType.F32
          ? Tensor.of(w.shape(), F32.of(new float[w.elements()])).onCurrentDevice()
          : Tensor.zeros(w.dtype(), w.shape());
    }

    @Override
    public void add(Tensor gradient, Tensor weight, Tensor totals) {
      held().add(gradient, weight, totals);
    }

    @Override
    public SumStore.Cell<float[]> take() {
      Tensor sum = held().sum();
      held = null; // its array is handed over: there may be no room for a copy
      return SumStore.held(
          sum.memory() instanceof F32(float[] array, int offset, int length)
                  && offset == 0
                  && length == array.length
              ? array
              : sum.toFloats());
    }

    @Override
    public Tensor sum() {
      return held().sum();
    }

    @Override
    public Tensor carry() {
      return held().carry();
    }

    @Override
    public void restore(float[] sum, float[] carry) {
      held().sum().copyFrom(Tensor.of(sum, w.shape().toArray()));
      held().carry().copyFrom(Tensor.of(carry, w.shape().toArray()));
    }
  }

  /// Read, added to and written back.
  final class InFile implements RunningSum {
    private final SumStore.Spilled store;
    private final Tensor w;
    private SumStore.Cell<float[]> sum;
    private final SumStore.Cell<float[]> carry;

    InFile(SumStore.Spilled store, Tensor w) {
      this.store = store;
      this.w = w;
      this.sum = store.floats(w.elements());
      this.carry = store.floats(w.elements());
    }

    @Override
    public void add(Tensor gradient, Tensor weight, Tensor totals) {
      float[] sums = sum.read();
      float[] carries = carry.read();
      int[] dims = w.shape().toArray();
      new GradientSum(Tensor.of(sums, dims), Tensor.of(carries, dims))
          .add(gradient, weight, totals);
      sum.write(sums);
      carry.write(carries);
    }

    @Override
    public SumStore.Cell<float[]> take() {
      SumStore.Cell<float[]> out = sum;
      sum = store.floats(w.elements());
      carry.release();
      return out;
    }

    @Override
    public Tensor sum() {
      return store.tensor(sum, w);
    }

    @Override
    public Tensor carry() {
      return store.tensor(carry, w);
    }

    @Override
    public void restore(float[] sums, float[] carries) {
      sum.write(sums);
      carry.write(carries);
    }
  }
}
