package cadj.tensor.safetensors;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A model's weights by key: one safetensors file, or several under an index.
///
/// An index is JSON, `{"metadata": …, "weight_map": {"conv_in.weight": "model-1.safetensors", …}}`;
/// it must list exactly the tensors of the files it names, which lie beside it.
public final class Checkpoint implements AutoCloseable {
  private static final String SUFFIX = ".safetensors";

  private final Path path;
  private final Map<String, SafetensorsFile> fileByKey;

  private Checkpoint(Path path, Map<String, SafetensorsFile> fileByKey) {
    this.path = path;
    this.fileByKey = Collections.unmodifiableMap(fileByKey);
  }

  /// Opens a `.safetensors` file, or a `.json` index and all its files.
  ///
  /// @throws FileFormatException if any of them is missing, broken, or not what the index says
  public static Checkpoint open(Path path) {
    return path.toString().endsWith(".json") ? sharded(path) : single(path);
  }

  /// Opens the weights called `stem` in `folder`: the first there is of `stem.safetensors`,
  /// `stem.fp16.safetensors`, and the index of either.
  public static Checkpoint find(Path folder, String stem) {
    List<String> candidates =
        List.of(
            stem + ".safetensors",
            stem + ".safetensors.index.json",
            stem + ".fp16.safetensors",
            stem + ".safetensors.index.fp16.json");
    for (String candidate : candidates) {
      if (Files.exists(folder.resolve(candidate))) {
        return open(folder.resolve(candidate));
      }
    }
    throw new FileFormatException(
        folder, "", "one of " + String.join(", ", candidates), "none of them");
  }

  private static Checkpoint single(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    Map<String, SafetensorsFile> fileByKey = new LinkedHashMap<>();
    file.names().forEach(name -> fileByKey.put(name, file));
    if (fileByKey.isEmpty()) {
      file.close();
      throw new FileFormatException(path, "", "at least one tensor", "none");
    }
    return new Checkpoint(path, fileByKey);
  }

  private static Checkpoint sharded(Path index) {
    JsonObject weightMap = JsonFile.read(index).object("weight_map");
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    boolean complete = false;
    try {
      Map<String, SafetensorsFile> fileByKey = new LinkedHashMap<>();
      for (String key : weightMap.keys()) {
        String name = shardName(weightMap, key);
        SafetensorsFile shard =
            shards.computeIfAbsent(name, n -> SafetensorsFile.open(beside(index, n)));
        if (!shard.contains(key)) {
          throw weightMap.error(key, "a tensor of " + name, "no such tensor there");
        }
        fileByKey.put(key, shard);
      }
      requireAllListed(index, fileByKey, shards);
      complete = true;
      return new Checkpoint(index, fileByKey);
    } finally {
      if (!complete) {
        shards.values().forEach(SafetensorsFile::close);
      }
    }
  }

  /// A shard is a plain file name, so that an index cannot reach outside its folder.
  private static String shardName(JsonObject weightMap, String key) {
    String name = weightMap.string(key);
    boolean plain =
        name.endsWith(SUFFIX)
            && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    if (!plain) {
      throw weightMap.error(
          key, "the name of a .safetensors file beside the index", FileFormatException.quote(name));
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
      Path index, Map<String, SafetensorsFile> fileByKey, Map<String, SafetensorsFile> shards) {
    if (fileByKey.isEmpty()) {
      throw new FileFormatException(index, "weight_map", "at least one tensor", "none");
    }
    for (SafetensorsFile shard : shards.values()) {
      for (String name : shard.names()) {
        if (fileByKey.get(name) != shard) {
          throw new FileFormatException(
              shard.path(),
              name,
              "only tensors that %s lists for this file".formatted(index.getFileName()),
              "this one");
        }
      }
    }
  }

  /// The file or index that was opened.
  public Path path() {
    return path;
  }

  /// All keys, in the order of the file or index.
  public Set<String> names() {
    return fileByKey.keySet();
  }

  public boolean contains(String key) {
    return fileByKey.containsKey(key);
  }

  public Shape shape(String key) {
    return file(key).shape(key);
  }

  /// The element type in the file; [#tensor] may widen it.
  public DType dtype(String key) {
    return file(key).dtype(key);
  }

  /// A copy that belongs to no scope, widened as [SafetensorsFile#tensor] says.
  public Tensor tensor(String key) {
    return file(key).tensor(key);
  }

  /// The file that holds `key`.
  ///
  /// @throws FileFormatException if none does
  public SafetensorsFile file(String key) {
    SafetensorsFile file = fileByKey.get(key);
    if (file == null) {
      throw new FileFormatException(path, key, "this tensor", "none of that name");
    }
    return file;
  }

  /// Unmaps all files.
  @Override
  public void close() {
    fileByKey.values().forEach(SafetensorsFile::close);
  }
}
