package cadj.autograd.graph;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Work;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Storage;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an operation computes and moves, told to the recorder of a run.
///
/// Bytes are those of what is read once and written once: inputs and result, or in the backward
/// pass dy, what was kept, and the contributions. What lies in memory that was there before, a view
/// or a dy handed on, counts nothing. Operations are often applied to the same shapes, so each case
/// is worked out once.
final class OpWork {
  private OpWork() {}

  /// Applications that are the same work.
  ///
  /// @param pass what else decides: which gradients are wanted
  private record Case(Op op, List<Shape> shapes, String pass, long bytes) {}

  static void forward(Recorder recorder, Op op, Tensor out, Tensor... in) {
    List<Shape> shapes = new ArrayList<>();
    long bytes = bytes(out);
    boolean isView = false;
    for (Tensor each : in) {
      shapes.add(each.shape());
      bytes += bytes(each);
      isView |= each.storage() == out.storage();
    }
    shapes.add(out.shape());
    long moved = isView ? 0 : bytes;
    recorder.work(
        new Case(op, shapes, "", moved),
        () -> {
          Shape[] all = shapes.toArray(Shape[]::new);
          Shape[] inputs = shapes.subList(0, in.length).toArray(Shape[]::new);
          return new Work(words(all, in.length), op.flops(all[in.length], inputs), moved, "", 0);
        });
  }

  /// Several applications that are computed at once, on inputs of the same shapes.
  static void forward(Recorder recorder, Op op, Tensor[] out, Tensor[]... in) {
    Set<Tensor> moved = Collections.newSetFromMap(new IdentityHashMap<>());
    moved.addAll(Arrays.asList(out));
    for (Tensor[] each : in) {
      moved.addAll(Arrays.asList(each));
    }
    long bytes = moved.stream().mapToLong(OpWork::bytes).sum();
    Shape[] inputs = Arrays.stream(in[0]).map(Tensor::shape).toArray(Shape[]::new);
    List<Shape> shapes = new ArrayList<>(List.of(inputs));
    shapes.add(out[0].shape());
    recorder.work(
        new Case(op, shapes, in.length + " at once", bytes),
        () ->
            new Work(
                in.length + " × " + words(shapes.toArray(Shape[]::new), inputs.length),
                in.length * op.flops(out[0].shape(), inputs),
                bytes,
                "",
                0));
  }

  static void backward(
      Recorder recorder, Op op, Saved saved, Tensor dy, @Nullable Tensor... contributions) {
    List<Shape> shapes = new ArrayList<>();
    StringBuilder wanted = new StringBuilder("gradients of");
    long written = 0;
    for (int i = 0; i < contributions.length; i++) {
      Tensor each = contributions[i];
      shapes.add(saved.shape(i));
      if (saved.needs(i) && each != null) {
        wanted.append(' ').append(i);
        written += isNew(each, dy.storage()) ? bytes(each) : 0;
      }
    }
    shapes.add(dy.shape());
    long moved = written == 0 ? 0 : written + bytes(dy) + saved.bytes();
    String pass = wanted.toString();
    recorder.work(
        new Case(op, shapes, pass, moved),
        () -> {
          Shape[] all = shapes.toArray(Shape[]::new);
          String words = words(all, all.length - 1) + ", " + pass;
          return new Work(words, op.backwardFlops(saved, dy.shape()), moved, "", 0);
        });
  }

  private static boolean isNew(Tensor contribution, Storage before) {
    return contribution.storage() != before;
  }

  private static long bytes(Tensor tensor) {
    return (long) tensor.elements() * tensor.dtype().bytes();
  }

  private static String words(Shape[] shapes, int inputs) {
    return List.of(shapes).subList(0, inputs).stream()
            .map(Shape::toString)
            .collect(Collectors.joining(" "))
        + " → "
        + shapes[inputs];
  }
}
