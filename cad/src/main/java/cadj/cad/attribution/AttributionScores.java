package cadj.cad.attribution;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// An attribution's scores where they lie, read one parameter at a time; [AttributionFile] reads
/// all there is at once.
public final class AttributionScores implements AutoCloseable {
  private final SafetensorsFile file;
  private final List<String> parameters;

  private AttributionScores(SafetensorsFile file) {
    this.file = file;
    String kind = file.metadata().getOrDefault("kind", "a file of another kind");
    if (!kind.equals(AttributionFile.KIND)) {
      throw new FileFormatException(file.path(), "__metadata__.kind", AttributionFile.KIND, kind);
    }
    parameters = AttributionFile.parameters(file);
  }

  /// @throws FileFormatException if the file is no attribution
  public static AttributionScores open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new AttributionScores(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public Path path() {
    return file.path();
  }

  public Map<String, String> metadata() {
    return file.metadata();
  }

  /// Names of the scored parameters, in the model's order.
  public List<String> parameters() {
    return parameters;
  }

  public Shape shape(String parameter) {
    return file.shape("score/" + parameter);
  }

  /// The scores of one parameter's weights.
  ///
  /// @throws FileFormatException if they are missing or not finite
  public float[] of(String parameter) {
    return StoredSums.floats(file, "score/" + parameter, shape(parameter));
  }

  @Override
  public void close() {
    file.close();
  }
}
