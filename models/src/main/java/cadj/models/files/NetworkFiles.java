package cadj.models.files;

import cadj.autograd.nn.Weights;
import cadj.models.classifier.ResNet;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.classifier.ResNetConfig;
import cadj.models.clip.ClipFeatures;
import cadj.models.clip.ClipModel;
import cadj.models.inception.InceptionV3;
import cadj.models.preprocess.Preprocessing;
import cadj.models.preprocess.PreprocessorConfig;
import cadj.models.preprocess.Unchanged;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.WeightFiles;
import cadj.tensor.weights.WeightNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Networks that judge pictures, as their publishers' files hold them: safetensors or `torch.save`,
/// loaded strictly. Parts of a text-to-image model are [ModelFiles]'.
///
/// All methods throw [FileFormatException], naming file and key.
public final class NetworkFiles {
  /// pytorch-fid's file holds the layer that FID does without.
  private static final Pattern HEAD = Pattern.compile("fc\\.(weight|bias)");

  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer";

  /// Tokens of every published CLIP model, whose vocabulary is part of the program.
  private static final int CLIP_TOKENS = 49408;

  private NetworkFiles() {}

  /// A ResNet in torchvision's layout, of the depth that its keys show.
  public static ResNet resNet(Path file) {
    Checkpoint weights = WeightFiles.open(file);
    boolean known = false;
    try {
      ResNetConfig config = ResNetConfig.of(weights);
      known = true;
      return load(weights, w -> new ResNet(w, config));
    } finally {
      if (!known) {
        weights.close();
      }
    }
  }

  /// pytorch-fid's InceptionV3 (`pt_inception-2015-12-05-6726825d.pth`). torchvision's own weights
  /// for the network would give features that no published figure is of: they are refused.
  public static InceptionV3 inception(Path file) {
    Checkpoint weights = WeightFiles.open(file);
    if (weights.names().stream().anyMatch(name -> name.startsWith("AuxLogits."))) {
      weights.close();
      throw new FileFormatException(
          file,
          "",
          "pytorch-fid's Inception weights (pt_inception-2015-12-05-6726825d.pth)",
          "torchvision's");
    }
    return load(SomeTensors.of(weights, NetworkFiles::withoutHead), InceptionV3::new);
  }

  private static SequencedSet<String> withoutHead(Checkpoint weights) {
    SequencedSet<String> names = new LinkedHashSet<>(weights.names());
    names.removeIf(name -> HEAD.matcher(name).matches());
    return names;
  }

  /// A CLIP model's folder as transformers has it, with its tokenizer and preprocessing.
  ///
  /// The one of an embedded model has no `preprocessor_config.json`, as its pictures have the right
  /// size already, and its tokenizer beside it; a folder without one that has CLIP's number of
  /// tokens has CLIP's.
  public static ClipFeatures clip(Path folder) {
    JsonObject config = JsonFile.read(folder.resolve(CONFIG));
    ClipModel model =
        load(
            WeightFiles.find(folder, WeightNames.TRANSFORMERS, null).open(),
            weights -> ClipModel.of(weights, config));
    ClipTokenizer tokenizer = tokenizer(folder, model);
    if (tokenizer.vocabSize() > model.vocabSize()) {
      throw config
          .object("text_config")
          .error(
              "vocab_size",
              "at least the tokenizer's " + tokenizer.vocabSize(),
              String.valueOf(model.vocabSize()));
    }
    return new ClipFeatures(model, tokenizer, preprocessing(folder, model));
  }

  private static ClipTokenizer tokenizer(Path folder, ClipModel model) {
    Path beside = folder.resolveSibling(TOKENIZER);
    boolean within =
        Files.exists(folder.resolve("tokenizer.json"))
            || Files.exists(folder.resolve("vocab.json"));
    if (!within && Files.isDirectory(beside)) {
      return ClipTokenizer.load(beside);
    }
    return ClipTokenizer.load(
        !within && model.vocabSize() == CLIP_TOKENS ? EmbeddedModels.clipTokenizer() : folder);
  }

  private static Preprocessing preprocessing(Path folder, ClipModel model) {
    Path file = folder.resolve("preprocessor_config.json");
    if (!Files.exists(file)) {
      return new Unchanged(model.imageSize());
    }
    Preprocessing found = PreprocessorConfig.read(file);
    if (found.height() != model.imageSize()) {
      throw new FileFormatException(
          file,
          "crop_size",
          "the image_size %d of %s".formatted(model.imageSize(), CONFIG),
          String.valueOf(found.height()));
    }
    return found;
  }

  /// The folder of an embedded model's classifier.
  public static ResNetClassifier classifier(Path folder) {
    JsonObject config = JsonFile.read(folder.resolve(CONFIG));
    return load(
        WeightFiles.find(folder, WeightNames.TRANSFORMERS, null).open(),
        weights -> new ResNetClassifier(weights, config));
  }

  private static <T> T load(Checkpoint weights, Function<Weights, T> network) {
    return CheckpointWeights.load(weights, WeightMemory.resident(), network);
  }
}
