package cadj.tensor;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.copy.CopyKernel;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.I64;
import cadj.kernels.strided.LoopNest;
import cadj.tensor.memory.BufferCache;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// An n-dimensional array of F32, F64 or I64 values: memory seen through a layout.
///
/// The methods here make, view and move values; none computes, and none knows of gradients (see
/// `cadj.autograd.ops`). Views share memory with what they were taken from. Images have the logical
/// shape [N,C,H,W] and, once they went through a spatial operation, channels-last memory; use
/// [#contiguous] or [#channelsLast] before reading [#denseBuffer].
public final class Tensor implements Scope.Holder {
  private final Storage storage;
  private final Layout layout;

  private Tensor(Storage storage, Layout layout) {
    this.storage = storage;
    this.layout = layout;
  }

  // ---- making

  /// `buffer`, shared and owned by nobody here, as a contiguous tensor.
  public static Tensor of(Shape shape, Buffer buffer) {
    require(
        shape.elements() == buffer.length(),
        "tensor: %s needs %d elements, got %d",
        shape,
        shape.elements(),
        buffer.length());
    return new Tensor(Storage.wrap(buffer), Layout.contiguous(shape));
  }

  /// `values`, shared, row-major.
  public static Tensor of(float[] values, int... dims) {
    return of(Shape.of(dims), F32.of(values));
  }

  /// `values`, shared, row-major, for checks in double precision.
  public static Tensor of(double[] values, int... dims) {
    return of(Shape.of(dims), F64.of(values));
  }

  /// `values`, shared, row-major: ids, time steps, targets.
  public static Tensor of(long[] values, int... dims) {
    return of(Shape.of(dims), I64.of(values));
  }

  public static Tensor scalar(float value) {
    return of(new float[] {value});
  }

  private static Tensor of(float[] single) {
    return of(Shape.SCALAR, F32.of(single));
  }

  /// Uninitialised, contiguous, in the current scope.
  public static Tensor empty(DType dtype, Shape shape) {
    return new Tensor(Storage.allocate(dtype, shape.elements()), Layout.contiguous(shape));
  }

  /// A contiguous tensor on the host whose values `source` reads whenever they are used and `cache`
  /// does not have them.
  ///
  /// @param dtype what `source` gives
  /// @param source gives the same values each time, of this shape
  public static Tensor reread(
      DType dtype, Shape shape, BufferCache cache, Supplier<Tensor> source) {
    return new Tensor(
        Storage.reread(dtype, cache, checked(dtype, shape, source)), Layout.contiguous(shape));
  }

  private static Supplier<Buffer> checked(DType dtype, Shape shape, Supplier<Tensor> source) {
    return () -> {
      Tensor values = source.get();
      require(
          values.dtype() == dtype && values.shape().equals(shape),
          "reread: announced as %s %s, got %s",
          dtype,
          shape,
          values);
      return values.contiguous().denseBuffer();
    };
  }

  /// These values, rounded to `half`, F16 or BF16, and kept so in the memory of `gpu`; seen as
  /// single precision.
  ///
  /// @throws ArithmeticException for finite values beyond what the type holds
  public Tensor halvesOn(Gpu gpu, DType half) {
    F32 values = F32.of(cpu().contiguous().denseBuffer());
    return new Tensor(
        Storage.halves(HalfWeights.upload(gpu, values, half)), Layout.contiguous(shape()));
  }

  /// What `change`, a function, makes of this tensor: at each use where this is read at each use,
  /// else now.
  ///
  /// @param change gives a tensor of its own, of this one's type and shape
  public Tensor changed(UnaryOperator<Tensor> change) {
    return storage.isReread()
        ? new Tensor(
            storage.derived(checked(dtype(), shape(), () -> change.apply(this))),
            Layout.contiguous(shape()))
        : change.apply(this);
  }

  public static Tensor full(DType dtype, Shape shape, float value) {
    Tensor out = empty(dtype, shape);
    CopyKernel.on(out.device(), out.denseBuffer()).fill(out.denseBuffer(), value);
    return out;
  }

  public static Tensor zeros(DType dtype, Shape shape) {
    return full(dtype, shape, 0f);
  }

  /// Uninitialised, contiguous, of this one's type.
  public Tensor empty(int... dims) {
    return empty(dtype(), Shape.of(dims));
  }

  /// Uninitialised, of this one's type, shape and order in memory.
  public Tensor emptyLike() {
    return new Tensor(Storage.allocate(dtype(), shape().elements()), layout.denseLike());
  }

  /// Uninitialised, of this one's type: channels-last if this lies in that order, else contiguous.
  public Tensor emptyLike(Shape shape) {
    Layout dense = layout.denseLike();
    Layout wanted =
        dense.isChannelsLast() && !dense.isContiguous()
            ? Layout.channelsLast(shape)
            : Layout.contiguous(shape);
    return new Tensor(Storage.allocate(dtype(), shape.elements()), wanted);
  }

  /// Uninitialised, of this one's type, channels-last.
  public Tensor emptyChannelsLast(int... dims) {
    Shape shape = Shape.of(dims);
    return new Tensor(Storage.allocate(dtype(), shape.elements()), Layout.channelsLast(shape));
  }

  // ---- looking

  public Shape shape() {
    return layout.shape();
  }

  /// Size of dimension `i`; negative counts from the end.
  public int dim(int i) {
    return shape().dim(i);
  }

  public int rank() {
    return shape().rank();
  }

  public int elements() {
    return shape().elements();
  }

  public DType dtype() {
    return storage.dtype();
  }

  public Device device() {
    return storage.device();
  }

  public Layout layout() {
    return layout;
  }

  /// The memory, for scopes and tapes.
  public Storage storage() {
    return storage;
  }

  @Override
  public Iterable<Storage> storages() {
    return List.of(storage);
  }

  /// The elements in the order they lie in memory, without gaps.
  ///
  /// @throws IllegalArgumentException unless the layout is dense
  public Buffer denseBuffer() {
    require(layout.isDense(), "tensor %s is not dense", layout);
    return memory().slice(layout.offset(), elements());
  }

  /// The storage's whole memory, to be walked with this layout's offset and strides.
  public Buffer memory() {
    try {
      return storage.buffer();
    } catch (IllegalStateException freed) {
      throw new IllegalStateException("tensor %s %s".formatted(shape(), freed.getMessage()), freed);
    }
  }

  /// The memory from this tensor's first element on: strides count from its start.
  public Buffer buffer() {
    Buffer memory = memory();
    return memory.slice(layout.offset(), memory.length() - layout.offset());
  }

  /// As [#buffer], but in half precision where values lie so ([Storage#stored]).
  public Buffer stored() {
    Buffer memory = storage.stored();
    return memory.slice(layout.offset(), memory.length() - layout.offset());
  }

  /// The value at `index`, one number per dimension.
  public double get(int... index) {
    return memory().get(layout.at(index));
  }

  /// The value of a tensor with one element.
  public double item() {
    require(elements() == 1, "item: expected one element, got %s", shape());
    return memory().get(layout.offset());
  }

  /// A copy of the values, row-major.
  public float[] toFloats() {
    float[] out = new float[elements()];
    of(shape(), F32.of(out)).copyFrom(this);
    return out;
  }

  /// A copy of the values, row-major.
  public double[] toDoubles() {
    double[] out = new double[elements()];
    of(shape(), F64.of(out)).copyFrom(this);
    return out;
  }

  /// A copy of the values, row-major.
  public long[] toLongs() {
    long[] out = new long[elements()];
    of(shape(), I64.of(out)).copyFrom(this);
    return out;
  }

  // ---- viewing

  /// The same memory under a new identity: a tape that watches this does not follow the result.
  public Tensor detach() {
    return new Tensor(storage, layout);
  }

  /// Another layout on the same memory.
  public Tensor view(Layout view) {
    return new Tensor(storage, view);
  }

  public Tensor permute(int... order) {
    return view(layout.permute(order));
  }

  /// Elements `from` (inclusive) to `to` (exclusive) of dimension `dim`.
  public Tensor slice(int dim, int from, int to) {
    return view(layout.slice(dim, from, to));
  }

  public Tensor expand(Shape target) {
    return view(layout.expand(target));
  }

  /// Other sizes for the same elements in row-major order; copies unless contiguous. One size may
  /// be -1.
  public Tensor reshape(int... dims) {
    Tensor rows = contiguous();
    return rows.view(rows.layout.reshape(shape().inferred(dims)));
  }

  public Tensor reshape(Shape target) {
    return reshape(target.toArray());
  }

  // ---- moving

  /// This, or a row-major copy.
  public Tensor contiguous() {
    return layout.isContiguous() ? this : copyInto(empty(dtype(), shape()));
  }

  /// This, or a channels-last copy.
  public Tensor channelsLast() {
    return layout.isChannelsLast() ? this : copyInto(emptyChannelsLast(shape().toArray()));
  }

  /// This, or a dense copy in the same order.
  public Tensor dense() {
    return layout.isDense() ? this : copyInto(emptyLike());
  }

  /// This, or a dense copy that lies in memory as `other` (of the same shape) would when dense.
  public Tensor orderedLike(Tensor other) {
    Layout wanted = other.layout.denseLike();
    return layout.sameOrder(wanted)
        ? this
        : copyInto(view(Storage.allocate(dtype(), elements()), wanted));
  }

  private static Tensor view(Storage storage, Layout layout) {
    return new Tensor(storage, layout);
  }

  /// A contiguous copy as another element type (or this, if it is of that type).
  public Tensor to(DType dtype) {
    return dtype == dtype() ? this : copyInto(empty(dtype, shape()));
  }

  /// This, or a copy in the same order on the current device, if that could hold it and this lies
  /// elsewhere. F32 tensors live on a GPU or on the host, all others on the host.
  public Tensor onCurrentDevice() {
    return dtype() != DType.F32 || isOn(Device.current()) ? this : copyInto(emptyLike());
  }

  /// This, or a copy in the same order on the host.
  public Tensor cpu() {
    return device() instanceof Cpu
        ? this
        : copyInto(view(Storage.allocate(Device.host(), dtype(), elements()), layout.denseLike()));
  }

  private boolean isOn(Device device) {
    return device() == device || (device() instanceof Cpu && device instanceof Cpu);
  }

  /// A copy of its own, in the same order.
  public Tensor copy() {
    return copyInto(emptyLike());
  }

  private Tensor copyInto(Tensor out) {
    out.copyFrom(this);
    return out;
  }

  /// Overwrites this one's values with those of `source`, which must broadcast to its shape.
  public void copyFrom(Tensor source) {
    Layout from = source.layout.expand(shape());
    // A GPU fetches and brings; the host cannot reach into its memory.
    Tensor worker = device() instanceof Cpu && source.device() instanceof Gpu ? source : this;
    CopyKernel.on(worker.device(), worker.memory())
        .copy(
            buffer(),
            source.buffer(),
            LoopNest.of(shape().toArray(), layout.strides(), from.strides()));
    storage.overwritten();
  }

  @Override
  public String toString() {
    return "Tensor(%s %s)".formatted(dtype(), shape());
  }
}
