package cadj.models.tokenizer.unigram;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import cadj.models.tokenizer.AddedToken;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.MappedFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `spiece.model`, SentencePiece's own file (`sentencepiece_model.proto`), as transformers
/// converts it for `T5TokenizerFast`: the tokens `<extra_id_N>` follow the pieces, and those of the
/// types control and user-defined are found as wholes.
final class SpieceModel {
  private static final long LARGEST_FILE = 64L << 20;
  private static final int UNIGRAM = 1;
  private static final String END = "</s>";

  /// Of pieces, by number.
  private static final int NORMAL = 1;

  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  private final Path file;
  private final Pieces.Builder pieces = new Pieces.Builder();
  private final List<Long> unknown = new ArrayList<>();
  private final List<AddedToken> wholes = new ArrayList<>();
  private long modelType = UNIGRAM;
  private long unknownId;
  private @Nullable Charsmap charsmap;

  private SpieceModel(Path file) {
    this.file = file;
  }

  static UnigramFile read(Path file, TokenizerConfig config) {
    SpieceModel model = new SpieceModel(file);
    model.readAll(new ProtoMessage(file, "", ByteBuffer.wrap(content(file))));
    return model.converted(config);
  }

  private static byte[] content(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      long size = mapped.bytes().byteSize();
      if (size > LARGEST_FILE) {
        throw new FileFormatException(
            file, "", "at most %d bytes".formatted(LARGEST_FILE), size + " bytes");
      }
      return mapped.bytes().toArray(JAVA_BYTE);
    }
  }

  private void readAll(ProtoMessage model) {
    while (model.next()) {
      switch (model.field()) {
        case 1 -> readPiece(model.message("pieces[%d]".formatted(pieces.size())));
        case 2 -> readTrainer(model.message("trainer_spec"));
        case 3 -> readNormalizer(model.message("normalizer_spec"));
        default -> model.skip();
      }
    }
  }

  private void readPiece(ProtoMessage piece) {
    String text = "";
    float score = 0;
    long type = NORMAL;
    while (piece.next()) {
      switch (piece.field()) {
        case 1 -> text = piece.text("piece");
        case 2 -> score = piece.fixedFloat("score");
        case 3 -> type = piece.varint("type");
        default -> piece.skip();
      }
    }
    if (type < NORMAL || type > USER_DEFINED) {
      throw piece.error(
          "type", "1 (NORMAL), 2 (UNKNOWN), 3 (CONTROL) or 4 (USER_DEFINED)", Long.toString(type));
    }
    if (type == UNKNOWN) {
      unknown.add((long) pieces.size());
    }
    if (type == CONTROL || type == USER_DEFINED) {
      wholes.add(AddedToken.special(text));
    }
    pieces.add(text, score, (expected, found) -> piece.error("", expected, found));
  }

  private void readTrainer(ProtoMessage trainer) {
    while (trainer.next()) {
      switch (trainer.field()) {
        case 3 -> modelType = trainer.varint("model_type");
        case 24 -> requireFalse(trainer, "treat_whitespace_as_suffix");
        case 35 -> requireFalse(trainer, "byte_fallback");
        case 40 -> unknownId = trainer.varint("unk_id");
        default -> trainer.skip();
      }
    }
    if (modelType != UNIGRAM) {
      throw trainer.error("model_type", "1 (UNIGRAM)", String.valueOf(modelType));
    }
  }

  private void readNormalizer(ProtoMessage normalizer) {
    String map = "precompiled_charsmap";
    while (normalizer.next()) {
      switch (normalizer.field()) {
        case 2 -> {
          byte[] content = normalizer.bytes(map);
          charsmap =
              content.length == 0
                  ? null
                  : Charsmap.read(
                      content, (expected, found) -> normalizer.error(map, expected, found));
        }
        case 3 -> requireTrue(normalizer, "add_dummy_prefix");
        case 4 -> requireTrue(normalizer, "remove_extra_whitespaces");
        case 5 -> requireTrue(normalizer, "escape_whitespaces");
        default -> normalizer.skip();
      }
    }
  }

  private static void requireFalse(ProtoMessage in, String what) {
    if (in.bool(what)) {
      throw in.error(what, "false", "true");
    }
  }

  private static void requireTrue(ProtoMessage in, String what) {
    if (!in.bool(what)) {
      throw in.error(what, "true", "false");
    }
  }

  private UnigramFile converted(TokenizerConfig config) {
    if (!unknown.equals(List.of(unknownId))) {
      throw new FileFormatException(
          file,
          "trainer_spec.unk_id",
          "the one piece of type 2 (UNKNOWN), of pieces %s".formatted(unknown),
          String.valueOf(unknownId));
    }
    for (int i = config.extraIds() - 1; i >= 0; i--) {
      String extra = TokenizerConfig.extraToken(i);
      wholes.add(AddedToken.special(extra));
      pieces.add(
          extra,
          0,
          (expected, found) -> new FileFormatException(file, "extra_ids", expected, found));
    }
    Pieces all = pieces.build();
    AddedIds added = new AddedIds(all);
    wholes.forEach(added::add);
    int unknownPiece = (int) unknownId;
    added.add(AddedToken.special(all.text(unknownPiece)));
    int endId = all.id(END);
    if (endId < 0) {
      throw new FileFormatException(file, "pieces", "one called " + END, "none");
    }
    return new UnigramFile(
        all,
        unknownPiece,
        endId,
        new UnigramNormalizer(charsmap, true),
        new Metaspace(config.prefix(), false),
        added);
  }
}
