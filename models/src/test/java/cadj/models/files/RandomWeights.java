package cadj.models.files;

import static java.util.Objects.requireNonNull;

import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonText;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Random weights in half precision, drawn and written one tensor at a time.
///
/// They are normal with deviation 1/√fan-in, scales of norms 1, biases 0, stored positions as large
/// as sines; the same numbers for the same key and shape, whatever else is drawn.
final class RandomWeights {
  private static final int PER_LONG = Long.SIZE / Character.SIZE;

  /// Normal numbers of deviation 1. Half precision has no more than these either, and picking one
  /// costs a tenth of drawing it: billions of weights are made.
  private static final float[] NORMAL = new float[1 << Character.SIZE];

  static {
    SplittableRandom random = new SplittableRandom(0);
    for (int i = 0; i < NORMAL.length; i++) {
      NORMAL[i] = (float) random.nextGaussian();
    }
  }

  private RandomWeights() {}

  /// What `model` asks for when it is built; it is given single zeros seen through those shapes.
  static SequencedMap<String, Shape> shapes(Consumer<Weights> model) {
    SequencedMap<String, Shape> asked = new LinkedHashMap<>();
    model.accept(
        Weights.of(
            (key, shape) -> {
              asked.put(key, shape);
              return Tensor.scalar(0).expand(shape);
            }));
    return asked;
  }

  /// Writes all in one file.
  static void write(Path file, SequencedMap<String, Shape> shapes) {
    SafetensorsWriter writer = new SafetensorsWriter();
    shapes.forEach((key, shape) -> add(writer, key, shape));
    writer.write(file);
  }

  /// Writes several files of at most `bytes` each, or of one tensor, and the index beside them:
  /// `model-00001-of-00002.safetensors` and `model.safetensors.index.json` for `model`.
  static void writeShards(Path stem, SequencedMap<String, Shape> shapes, long bytes) {
    List<SafetensorsWriter> shards = new ArrayList<>();
    SequencedMap<String, Integer> shardOf = new LinkedHashMap<>();
    long left = 0;
    long total = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      long size = (long) entry.getValue().elements() * DType.F16.bytes();
      if (shards.isEmpty() || size > left) {
        shards.add(new SafetensorsWriter());
        left = bytes;
      }
      left -= size;
      total += size;
      add(shards.getLast(), entry.getKey(), entry.getValue());
      shardOf.put(entry.getKey(), shards.size());
    }
    String name = requireNonNull(stem.getFileName()).toString();
    SequencedMap<String, String> files = new LinkedHashMap<>();
    shardOf.forEach(
        (key, shard) ->
            files.put(key, "%s-%05d-of-%05d.safetensors".formatted(name, shard, shards.size())));
    for (int i = 0; i < shards.size(); i++) {
      String file = "%s-%05d-of-%05d.safetensors".formatted(name, i + 1, shards.size());
      shards.get(i).write(stem.resolveSibling(file));
    }
    JsonText.write(
        stem.resolveSibling(name + ".safetensors.index.json"),
        Map.of("metadata", Map.of("total_size", total), "weight_map", files));
  }

  private static void add(SafetensorsWriter file, String key, Shape shape) {
    file.add(key, DType.F16, shape, () -> draw(key, shape));
  }

  private static Tensor draw(String key, Shape shape) {
    if (shape.rank() == 1) {
      return Tensor.full(DType.F32, shape, key.endsWith(".weight") ? 1 : 0);
    }
    Tensor out = Tensor.empty(DType.F32, shape);
    F32 values = F32.of(out.denseBuffer());
    SplittableRandom random = new SplittableRandom(key.hashCode());
    double deviation =
        key.equals("pos_embed.pos_embed")
            ? Math.sqrt(0.5)
            : Math.sqrt((double) shape.dim(0) / shape.elements());
    float factor = (float) deviation;
    for (int i = 0; i < values.length(); ) {
      long picked = random.nextLong();
      for (int end = Math.min(i + PER_LONG, values.length()); i < end; i++) {
        values.array()[values.offset() + i] = factor * NORMAL[(char) picked];
        picked >>>= Character.SIZE;
      }
    }
    return out;
  }
}
