package cadj.models.files;

import cadj.autograd.nn.Weights;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.clip.ClipModel;
import cadj.models.clip.ClipTextConfig;
import cadj.models.clip.ClipTextModel;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.prompt.TextSettings;
import cadj.models.prompt.TextualInversion;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.SchedulerConfig;
import cadj.models.t5.T5Config;
import cadj.models.t5.T5EncoderModel;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.models.tokenizer.unigram.T5Tokenizer;
import cadj.models.vae.AutoencoderKL;
import cadj.models.vae.VaeConfig;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import cadj.tensor.memory.DryRun;
import cadj.tensor.memory.HeapLimit;
import cadj.tensor.shape.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A text-to-image model as it lies in files.
///
/// Each method loads its part anew, strictly: [FileFormatException] names file and key.
public final class ModelFiles {
  /// Parts that hold weights, where a model has them.
  public static final List<String> WITH_WEIGHTS =
      Stream.of(
              DenoiserPart.NAMES,
              List.of("vae"),
              Pipeline.allTextEncoders(),
              List.of("clip", "classifier"))
          .flatMap(List::stream)
          .toList();

  /// Share of the heap that weights leave to work, if nobody says how much that needs.
  private static final double WORK = 0.4;

  private final ModelSource source;
  private final JsonObject index;
  private final Pipeline pipeline;
  private final TextSettings texts;

  /// Where weights go, once that is decided.
  private @Nullable WeightMemory memory;

  /// Of gigabytes, so computed once, when it is asked for.
  private @Nullable String denoiserHash;

  private ModelFiles(ModelSource source) {
    this(source, TextSettings.DEFAULT, null);
  }

  private ModelFiles(ModelSource source, TextSettings texts, @Nullable WeightMemory memory) {
    this.source = source;
    this.texts = texts;
    this.memory = memory;
    index = source.index();
    pipeline = Pipeline.of(index);
    for (String part : index.keys()) {
      if (!pipeline.classes(part).isEmpty() && isListed(part)) {
        requireClass(index, part, index.list(part).get(1), part);
      }
    }
    for (String part : pipeline.parts()) {
      if (pipeline.needs(part) && index.has(part) && !isListed(part)) {
        List<String> known = pipeline.classes(part);
        throw index.error(part, known.isEmpty() ? "a class" : String.join(" or ", known), "null");
      }
    }
  }

  private void requireClass(JsonObject json, String key, JsonValue found, String part) {
    List<String> known = pipeline.classes(part);
    if (!known.isEmpty() && !known.contains(found.string())) {
      throw json.error(key, String.join(" or ", known), FileFormatException.quote(found.string()));
    }
  }

  /// Whether the index lists `part`: a library and a class, which are both null for an absent one.
  private boolean isListed(String part) {
    if (!index.has(part)) {
      return false;
    }
    JsonList entry = index.list(part);
    if (entry.size() != 2) {
      throw index.error(part, "a library and a class", "a list of " + entry.size());
    }
    return !entry.get(1).isNull();
  }

  /// Whether there is a folder for `part`, which the index does not list as absent: a part of the
  /// pipeline, or one of those with weights that an index need not list.
  public boolean isPart(String part) {
    if (!has(part)) {
      return false;
    }
    return index.keys().contains(part) ? !isListedAsAbsent(part) : WITH_WEIGHTS.contains(part);
  }

  /// Whether the index has an entry for `part` that is no library and class.
  private boolean isListedAsAbsent(String part) {
    return index.keys().contains(part)
        && !(index.get(part).isList() && index.list(part).size() == 2 && isListed(part));
  }

  /// The embedded model of that name, else the folder or file at that path.
  public static ModelFiles open(String nameOrPath) {
    return open(nameOrPath, null, null, note -> {});
  }

  /// The same.
  ///
  /// @param config of a file in the original layout: a diffusers folder whose configurations,
  ///   tokenizers and scheduler describe it, as far as it has them; null for what is published
  /// @param variant of the weights, such as `fp16`; null for the plain ones or the only variant
  /// @param notes is told, once each and a line each, what was chosen or left out while reading
  public static ModelFiles open(
      String nameOrPath, @Nullable Path config, @Nullable String variant, Consumer<String> notes) {
    Path embedded = EmbeddedModels.find(nameOrPath).orElse(null);
    Path path = embedded == null ? Path.of(nameOrPath) : embedded;
    return open(nameOrPath, path, config, variant, once(notes));
  }

  /// A folder in diffusers' layout, or a file in the original one.
  public static ModelFiles open(Path path) {
    return open(path.toString(), path, null, null, note -> {});
  }

  /// A file in the original layout, described by `config`.
  public static ModelFiles open(Path file, Path config) {
    return open(file.toString(), file, config, null, note -> {});
  }

  private static ModelFiles open(
      String name,
      Path path,
      @Nullable Path config,
      @Nullable String variant,
      Consumer<String> notes) {
    if (Files.isRegularFile(path)) {
      return new ModelFiles(OriginalFile.open(name, path, config, notes));
    }
    if (config != null) {
      throw new FileFormatException(
          path,
          "",
          "a file in the original layout, which --config describes",
          Files.exists(path) ? "a folder" : "nothing");
    }
    ModelFiles folder = new ModelFiles(DiffusersFolder.open(name, path, variant, notes));
    if (folder.lacksT5()) {
      notes.accept("%s: read without T5: there is no %s/".formatted(path, Pipeline.T5));
    }
    return folder;
  }

  /// Whether the index lists a T5 that is not there. Pictures are others without it.
  private boolean lacksT5() {
    return pipeline == Pipeline.STABLE_DIFFUSION_3 && isListed(Pipeline.T5) && !has(Pipeline.T5);
  }

  private static Consumer<String> once(Consumer<String> notes) {
    Set<String> told = ConcurrentHashMap.newKeySet();
    return note -> {
      if (told.add(note)) {
        notes.accept(note);
      }
    };
  }

  /// The name or path that was opened.
  public String name() {
    return source.name();
  }

  /// The folder or file.
  public Path path() {
    return source.path();
  }

  /// The variant of the weights that was asked for, or null.
  public @Nullable String variant() {
    return source.variant();
  }

  /// The folder that was given to describe a file, or null.
  public @Nullable Path describedBy() {
    return source.describedBy();
  }

  /// Where the parts lie.
  public ModelSource source() {
    return source;
  }

  /// The same with parts from `other`, such as this one's with LoRAs merged.
  public ModelFiles with(ModelSource other) {
    return new ModelFiles(other, texts, memory);
  }

  /// The parts of the pipeline that are there and that pictures are drawn with.
  private List<String> usedParts() {
    return pipeline.parts().stream()
        .filter(part -> has(part) && !isListedAsAbsent(part))
        .filter(part -> texts.t5() || pipeline.needs(part))
        .toList();
  }

  /// Whether T5 reads prompts: the model has it, and nothing else was asked for.
  public boolean hasT5() {
    return pipeline == Pipeline.STABLE_DIFFUSION_3 && texts.t5() && isPart(Pipeline.T5);
  }

  /// The same files, whose prompts are read as `other` has it.
  public ModelFiles with(TextSettings other) {
    return new ModelFiles(source, other, memory);
  }

  /// How prompts are read.
  public TextSettings texts() {
    return texts;
  }

  /// Which pipeline's model it is.
  public Pipeline pipeline() {
    return pipeline;
  }

  public boolean has(String part) {
    return source.has(part);
  }

  /// The same files, whose weights are loaded as `other` has it.
  public ModelFiles with(WeightMemory other) {
    return new ModelFiles(source, texts, other);
  }

  /// The same files; once all parts of the pipeline are loaded there is room for `beside` more
  /// bytes within [HeapLimit]: weights stay in their files where they would take it.
  public ModelFiles leavingRoom(long beside) {
    return with(WeightMemory.within(HeapLimit.bytes() - beside, weightBytes()));
  }

  /// What one forward pass of the denoiser takes beside the weights.
  ///
  /// @param latents [N,C,h,w]
  public DryRun.Memory denoiserWork(Shape latents) {
    return denoiserPart().work(latents, texts);
  }

  /// Shapes of what each of the denoiser's modules computes in a forward pass, by its key, in the
  /// order of computation. The denoiser is not loaded for it.
  ///
  /// @param latents [N,C,h,w]
  public SequencedMap<String, Shape> denoiserOutputs(Shape latents) {
    return denoiserPart().outputs(latents, texts);
  }

  /// [cadj.models.denoiser.Denoiser#crossAttentions] of the denoiser, which is not loaded for it.
  public List<String> crossAttentions() {
    return denoiserPart().hollow().crossAttentions();
  }

  /// [cadj.models.denoiser.Denoiser#textAttentions] of the denoiser, which is not loaded for it.
  public List<String> textAttentions() {
    return denoiserPart().hollow().textAttentions();
  }

  /// Requires that the denoiser, which is not loaded for it, has these blocks to leave out.
  public void requireBlocks(Collection<Integer> blocks) {
    denoiserPart().hollow().withoutBlocks(blocks);
  }

  /// Most bytes that decoding latents [N,C,h,w] takes beside the weights.
  public long decoderWork(Shape latents) {
    AutoencoderKL hollow = hollowVae();
    return DryRun.of(() -> hollow.decode(Tensor.empty(DType.F32, latents))).peakBytes();
  }

  /// Most bytes that encoding pictures [N,3,H,W] takes beside the weights.
  public long encoderWork(Shape pictures) {
    AutoencoderKL hollow = hollowVae();
    return DryRun.of(() -> hollow.encode(Tensor.empty(DType.F32, pictures))).peakBytes();
  }

  private AutoencoderKL hollowVae() {
    return vaeBuilder().apply(CheckpointWeights.hollow());
  }

  /// Where the weights of loaded parts are. By default they leave [#WORK] of the heap free.
  public WeightMemory memory() {
    if (memory == null) {
      memory = WeightMemory.within((long) (HeapLimit.bytes() * (1 - WORK)), weightBytes());
    }
    return memory;
  }

  /// Where T5's weights are: it reads a prompt once, before the first step, and is the largest part
  /// of its model. So they stay in their files, and each is widened when its layer uses it and
  /// freed behind it. On a GPU they go where the others do.
  private WeightMemory t5Memory() {
    return Device.current() instanceof Cpu ? WeightMemory.mapped(0) : memory();
  }

  /// Most bytes that T5 takes while it reads so many prompts at a time, with what is widened of its
  /// weights meanwhile; 0 without T5.
  public long t5Work(int prompts) {
    if (!hasT5()) {
      return 0;
    }
    T5EncoderModel hollow = new T5EncoderModel(CheckpointWeights.hollow(), t5Config());
    int tokens = texts.t5Length();
    Tensor ids = Tensor.of(new long[prompts * tokens], prompts, tokens);
    long widened = 2 * eachWeightBytes(Pipeline.T5).max().orElse(0);
    return DryRun.of(() -> hollow.forward(ids)).peakBytes() + widened;
  }

  /// What the pipeline's weights take in single precision, without T5's, which are not kept.
  public long weightBytes() {
    return eachWeightBytes().sum();
  }

  /// What the largest of them takes.
  public long largestWeightBytes() {
    return eachWeightBytes().max().orElse(0);
  }

  private LongStream eachWeightBytes() {
    return usedParts().stream()
        .filter(part -> WITH_WEIGHTS.contains(part) && !part.equals(Pipeline.T5))
        .flatMapToLong(this::eachWeightBytes);
  }

  private LongStream eachWeightBytes(String part) {
    LongStream.Builder out = LongStream.builder();
    try (Checkpoint weights = checkpoint(part)) {
      for (String name : weights.names()) {
        DType dtype = weights.tensorDtype(name);
        if (dtype.isFloat()) {
          out.add((long) weights.shape(name).elements() * dtype.bytes());
        }
      }
    } catch (FileFormatException unreadable) {
      return LongStream.empty(); // whoever loads the part will say so
    }
    return out.build();
  }

  /// The denoiser, not checked against the other parts.
  public Denoiser denoiser() {
    return denoiserPart().load(denoiserCheckpoint(), memory(), schedule().predictionType());
  }

  /// The denoiser, which must fit the sizes of the other parts.
  ///
  /// @param textWidth of the text embeddings
  /// @param pooledWidth of the pooled text embedding, or 0 if there is none
  /// @param latentChannels of the VAE
  public Denoiser denoiser(int textWidth, int pooledWidth, int latentChannels) {
    DenoiserPart part = denoiserPart();
    part.requireFit(textWidth, pooledWidth, latentChannels);
    return part.load(denoiserCheckpoint(), memory(), schedule().predictionType());
  }

  private DenoiserPart denoiserPart() {
    return DenoiserPart.of(pipeline.denoiser(), config(pipeline.denoiser()));
  }

  /// Shape of the latents that the denoiser was trained on.
  public LatentForm latentForm() {
    return denoiserPart().latentForm();
  }

  /// Of which number sides of pictures must be multiples, in pixels.
  public int pictureMultiple() {
    return vaeConfig().downsampleFactor() * denoiserPart().latentMultiple();
  }

  /// Width of the text embeddings that the denoiser takes.
  public int textWidth() {
    return denoiserPart().textWidth();
  }

  /// [Denoiser#heads], without the weights.
  public int heads(String parameter) {
    return denoiserPart().heads(parameter);
  }

  /// Sizes in which denoisers of this architecture differ, by configuration key.
  public SequencedMap<String, Object> denoiserSizes() {
    return denoiserPart().sizes();
  }

  /// Shapes of the denoiser's parameters that `sites` names, as they are stored.
  public SequencedMap<String, Shape> denoiserShapes(Sites sites) {
    SequencedMap<String, Shape> out = new LinkedHashMap<>();
    DenoiserPart denoiser = denoiserPart();
    try (Checkpoint weights = denoiserCheckpoint()) {
      for (String name : weights.names()) {
        Shape shape = weights.shape(name);
        if (denoiser.isSite(sites, name, shape.rank())) {
          out.put(name, shape);
        }
      }
    }
    return out;
  }

  /// The denoiser's weights as they are stored.
  public Checkpoint denoiserCheckpoint() {
    return checkpoint(pipeline.denoiser());
  }

  /// The weights of the denoiser, `vae`, a text encoder, `clip` or `classifier` as they are stored.
  public Checkpoint checkpoint(String part) {
    return source.weights(part);
  }

  /// SHA-256 of the denoiser's weight files and of what is laid over them, in hexadecimal, by which
  /// scores and edits name their model.
  public String denoiserHash() {
    String known = denoiserHash;
    if (known == null) {
      Sha256 hash = new Sha256();
      source.weightFiles(pipeline.denoiser()).forEach(hash::add);
      source.changes(pipeline.denoiser()).forEach(hash::add);
      known = hash.hex();
      denoiserHash = known;
    }
    return known;
  }

  /// SHA-256 of the text encoders' weight files and of what is laid over them, by which edits of
  /// text encoders name theirs.
  public String textEncodersHash() {
    Sha256 hash = new Sha256();
    for (String part : pipeline.textEncoders()) {
      if (has(part)) {
        hash.add(part);
        source.weightFiles(part).forEach(hash::add);
        source.changes(part).forEach(hash::add);
      }
    }
    return hash.hex();
  }

  /// SHA-256 of all other files that a picture depends on, by path and content: text encoders,
  /// tokenizers, VAE, scheduler, and the denoiser's configuration.
  public String partsHash() {
    Sha256 hash = new Sha256();
    hash.add(Boolean.toString(forceZerosForEmptyPrompt()));
    if (!texts.equals(TextSettings.DEFAULT)) {
      hash.add(texts.cleaning().name()).add(texts.style().toString());
      texts.embeddings().forEach(one -> hash.add(one.token()).add(one.file()));
      if (pipeline == Pipeline.STABLE_DIFFUSION_3) {
        hash.add("T5 " + texts.t5() + " " + texts.t5Length());
      }
    }
    for (String part : usedParts()) {
      SortedSet<Path> files = source.settings(part);
      if (WITH_WEIGHTS.contains(part) && !part.equals(pipeline.denoiser())) {
        files.addAll(source.weightFiles(part));
        files.removeAll(source.weightFiles(pipeline.denoiser())); // one file may hold all parts
        source.changes(part).forEach(hash::add);
      }
      files.forEach(file -> hash.add(part + "/" + file.getFileName()).add(file));
    }
    return hash.hex();
  }

  public VaeConfig vaeConfig() {
    return VaeConfig.of(config("vae"), pipeline.latents());
  }

  public AutoencoderKL vae() {
    return CheckpointWeights.load(checkpoint("vae"), memory(), vaeBuilder());
  }

  private Function<Weights, AutoencoderKL> vaeBuilder() {
    VaeConfig config = vaeConfig();
    return weights -> new AutoencoderKL(weights, config);
  }

  /// A CLIP text encoder.
  ///
  /// @param part `text_encoder` or `text_encoder_2`
  public ClipTextModel textEncoder(String part) {
    List<TextualInversion> embeddings = texts.embeddings();
    if (embeddings.isEmpty()) {
      return CheckpointWeights.load(checkpoint(part), memory(), textEncoderBuilder(part));
    }
    boolean projects = pipeline.projects(part);
    ClipTextConfig stored = ClipTextConfig.of(config(part), projects);
    int vocabulary = plainTokenizer(part.replace("text_encoder", "tokenizer")).vocabSize();
    if (stored.vocabSize() < vocabulary) {
      throw config(part)
          .error(
              "vocab_size",
              "at least the tokenizer's " + vocabulary,
              String.valueOf(stored.vocabSize()));
    }
    ClipTextConfig config =
        stored.withVocabSize(vocabulary + TextualInversion.rows(embeddings, part));
    return CheckpointWeights.load(
        checkpoint(part),
        memory(),
        weights ->
            new ClipTextModel(
                TextualInversion.widened(weights, embeddings, part, vocabulary, stored.vocabSize()),
                config,
                projects));
  }

  private Function<Weights, ClipTextModel> textEncoderBuilder(String part) {
    boolean projects = pipeline.projects(part);
    ClipTextConfig config = ClipTextConfig.of(config(part), projects);
    return weights -> new ClipTextModel(weights, config, projects);
  }

  /// Stable Diffusion 3's third text encoder.
  public T5EncoderModel t5Encoder() {
    T5Config config = t5Config();
    return CheckpointWeights.load(
        TiedEmbedding.of(checkpoint(Pipeline.T5)),
        t5Memory(),
        weights -> new T5EncoderModel(weights, config));
  }

  private T5Config t5Config() {
    return T5Config.of(config(Pipeline.T5));
  }

  /// The weights of the denoiser, `vae` or a text encoder as they are stored: all of them, and
  /// nothing else, checked as if they were loaded.
  public Checkpoint parameters(String part) {
    Function<Weights, ?> model =
        switch (part) {
          case UNetPart.NAME, SD3TransformerPart.NAME -> {
            DenoiserPart denoiser = denoiserPart();
            yield weights -> denoiser.build(weights, PredictionType.EPSILON);
          }
          case "vae" -> vaeBuilder();
          case Pipeline.T5 -> {
            T5Config config = t5Config();
            yield weights -> new T5EncoderModel(weights, config);
          }
          default -> textEncoderBuilder(part);
        };
    Checkpoint stored = checkpoint(part);
    return SomeTensors.of(
        part.equals(Pipeline.T5) ? TiedEmbedding.of(stored) : stored,
        all -> CheckpointWeights.names(all, model));
  }

  /// @param part `tokenizer` or `tokenizer_2`
  public ClipTokenizer tokenizer(String part) {
    return TextualInversion.learned(
        plainTokenizer(part), texts.embeddings(), part.replace("tokenizer", "text_encoder"));
  }

  private ClipTokenizer plainTokenizer(String part) {
    return ClipTokenizer.load(source.tokenizer(part), texts.cleaning());
  }

  /// The tokenizer of Stable Diffusion 3's third text encoder.
  public T5Tokenizer t5Tokenizer() {
    return T5Tokenizer.load(source.tokenizer("tokenizer_3"));
  }

  /// The noise schedule of the training, and the sampler that the model names.
  public SchedulerConfig schedule() {
    return new SchedulerConfig(source.config("scheduler"), pipeline == Pipeline.STABLE_DIFFUSION);
  }

  public ClipModel clip() {
    JsonObject config = config("clip");
    return CheckpointWeights.load(
        checkpoint("clip"), memory(), weights -> ClipModel.of(weights, config));
  }

  public ResNetClassifier classifier() {
    JsonObject config = config("classifier");
    return CheckpointWeights.load(
        checkpoint("classifier"), memory(), weights -> new ResNetClassifier(weights, config));
  }

  /// `force_zeros_for_empty_prompt`: whether an absent negative prompt is embedded as zeros (XL),
  /// else as an empty text.
  public boolean forceZerosForEmptyPrompt() {
    return index.boolOr("force_zeros_for_empty_prompt", pipeline == Pipeline.STABLE_DIFFUSION_XL);
  }

  /// `model_index.json`: the pipeline's class, and library and class of each part.
  public JsonObject index() {
    return index;
  }

  /// A part's `config.json`.
  public JsonObject config(String part) {
    JsonObject config = source.config(part);
    if (config.has(Pipeline.CLASS)) {
      requireClass(config, Pipeline.CLASS, config.get(Pipeline.CLASS), part);
    }
    return config;
  }
}
