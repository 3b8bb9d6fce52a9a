package cadj.models.tokenizer.unigram;

/// Cuts a word into the pieces with the largest sum of scores, Kudo 2018 (arXiv:1804.10959), by
/// Viterbi's algorithm:
///
/// ```
/// best(end) = max over pieces that end there of best(begin) + score(piece),   best(0) = 0
/// ```
///
/// Of equal sums, the piece that begins first wins, in double precision, as in the library
/// tokenizers (SentencePiece itself adds up in single precision). A character that is no piece of
/// its own can be unknown, at a score below every piece's; unknown ones that follow each other are
/// one token.
final class Unigram {
  private static final double UNKNOWN_PENALTY = 10;

  private final Pieces pieces;
  private final int unknownId;
  private final double unknownScore;

  Unigram(Pieces pieces, int unknownId) {
    this.pieces = pieces;
    this.unknownId = unknownId;
    unknownScore = pieces.lowest() - UNKNOWN_PENALTY;
  }

  /// A token, with its place in the text.
  interface Found {
    void accept(int id, int from, int to);
  }

  /// Cuts the part of `text` from `from` to `to`.
  void split(String text, int from, int to, Found found) {
    Best best = new Best(from, to - from);
    for (int at = from; at < to; ) {
      int next = at + Character.charCount(text.codePointAt(at));
      best.begin(at);
      pieces.forEachAt(text, at, to, best);
      if (!best.reached(next)) {
        best.candidate(unknownId, next, unknownScore);
      }
      at = next;
    }
    best.tokens(to, found);
  }

  /// For each place of the word the best last piece of a path to it.
  private final class Best implements Pieces.Found {
    private final int start;
    private final double[] score;
    private final int[] id;

    /// Where the last piece begins, 1 more; 0 where none was found yet.
    private final int[] begin;

    private int at;
    private int shortest;

    Best(int start, int length) {
      this.start = start;
      score = new double[length + 1];
      id = new int[length + 1];
      begin = new int[length + 1];
    }

    void begin(int place) {
      at = place - start;
      shortest = 0;
    }

    @Override
    public void accept(int piece, int end) {
      if (shortest == 0) {
        shortest = end;
      }
      candidate(piece, end, pieces.score(piece));
    }

    /// Whether a piece begins where we are and ends at `end`, one character further.
    boolean reached(int end) {
      return shortest == end;
    }

    void candidate(int piece, int end, double pieceScore) {
      int i = end - start;
      double sum = pieceScore + score[at];
      if (begin[i] == 0 || sum > score[i]) {
        score[i] = sum;
        id[i] = piece;
        begin[i] = at + 1;
      }
    }

    /// The best path, from its begin.
    void tokens(int end, Found found) {
      int count = 0;
      int[] ends = new int[id.length];
      for (int i = end - start; i > 0; i = begin[i] - 1) {
        ends[count++] = i;
      }
      for (int k = count - 1; k >= 0; k--) {
        int first = k;
        while (id[ends[first]] == unknownId && k > 0 && id[ends[k - 1]] == unknownId) {
          k--;
        }
        found.accept(id[ends[first]], start + begin[ends[first]] - 1, start + ends[k]);
      }
    }
  }
}
