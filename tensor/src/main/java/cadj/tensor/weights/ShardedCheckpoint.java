package cadj.tensor.weights;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A model's weights in several files under an index.
///
/// An index is JSON, `{"metadata": …, "weight_map": {"conv_in.weight": "model-1.safetensors", …}}`;
/// it must list exactly the tensors of the files it names, which lie beside it.
final class ShardedCheckpoint implements Checkpoint {
  private static final List<String> SUFFIXES = List.of(".safetensors", ".bin");

  private final Path path;
  private final Map<String, Checkpoint> fileByKey;

  private ShardedCheckpoint(Path path, Map<String, Checkpoint> fileByKey) {
    this.path = path;
    this.fileByKey = Collections.unmodifiableMap(fileByKey);
  }

  static ShardedCheckpoint open(Path index) {
    JsonObject weightMap = JsonFile.read(index).object("weight_map");
    Map<String, Checkpoint> shards = new LinkedHashMap<>();
    boolean complete = false;
    try {
      Map<String, Checkpoint> fileByKey = new LinkedHashMap<>();
      for (String key : weightMap.keys()) {
        String name = shardName(weightMap, key);
        Checkpoint shard = shards.computeIfAbsent(name, n -> WeightFiles.single(beside(index, n)));
        if (!shard.contains(key)) {
          throw weightMap.error(key, "a tensor of " + name, "no such tensor there");
        }
        fileByKey.put(key, shard);
      }
      requireAllListed(index, fileByKey, shards);
      complete = true;
      return new ShardedCheckpoint(index, fileByKey);
    } finally {
      if (!complete) {
        shards.values().forEach(Checkpoint::close);
      }
    }
  }

  /// A shard is a plain file name, so that an index cannot reach outside its folder.
  private static String shardName(JsonObject weightMap, String key) {
    String name = weightMap.string(key);
    boolean plain =
        SUFFIXES.stream().anyMatch(name::endsWith)
            && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    if (!plain) {
      throw weightMap.error(
          key,
          "the name of a .safetensors or .bin file beside the index",
          FileFormatException.quote(name));
    }
    return name;
  }

  /// Some names cannot be asked for, such as Unicode where the machine's file names are ASCII.
  private static Path beside(Path index, String name) {
    try {
      return index.resolveSibling(name);
    } catch (InvalidPathException e) {
      throw new FileFormatException(
          index,
          "weight_map",
          "names that this machine's files can have",
          FileFormatException.quote(name),
          e);
    }
  }

  private static void requireAllListed(
      Path index, Map<String, Checkpoint> fileByKey, Map<String, Checkpoint> shards) {
    if (fileByKey.isEmpty()) {
      throw new FileFormatException(index, "weight_map", "at least one tensor", "none");
    }
    for (Checkpoint shard : shards.values()) {
      for (String name : shard.names()) {
        Checkpoint listed = fileByKey.get(name);
        if (listed == null || !listed.path().equals(shard.path())) {
          throw new FileFormatException(
              shard.path(),
              name,
              "only tensors that %s lists for this file".formatted(index.getFileName()),
              "this one");
        }
      }
    }
  }

  @Override
  public Path path() {
    return path;
  }

  /// In the index's order.
  @Override
  public Set<String> names() {
    return fileByKey.keySet();
  }

  @Override
  public List<Long> dims(String key) {
    return file(key).dims(key);
  }

  @Override
  public DType dtype(String key) {
    return file(key).dtype(key);
  }

  @Override
  public Tensor tensor(String key) {
    return file(key).tensor(key);
  }

  @Override
  public Optional<Extent> extent(String key) {
    return file(key).extent(key);
  }

  private Checkpoint file(String key) {
    Checkpoint file = fileByKey.get(key);
    if (file == null) {
      throw new FileFormatException(path, key, "this tensor", "none of that name");
    }
    return file;
  }

  @Override
  public SortedSet<Path> files() {
    return fileByKey.values().stream()
        .map(Checkpoint::path)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void close() {
    fileByKey.values().forEach(Checkpoint::close);
  }
}
