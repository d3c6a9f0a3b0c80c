import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Indexes a file of sentences whose terms are ready, and answers the questions of another file in
 * rounds: Bench TERMS QUESTIONS FOLDER. It says "built", warms the machine up at the first line that it
 * reads, and then answers each line with one for each question: nanoseconds and numbers of sentences.
 */
public final class Bench {
  /** Rounds and time that make the machine compile what runs often. */
  private static final int WARM_ROUNDS = 10;
  private static final long WARM_NANOS = 5_000_000_000L;
  private static final long WARM_MOST_NANOS = 60_000_000_000L;

  private record Question(Query query, int limit) {}

  public static void main(String[] args) throws IOException {
    try (Directory directory = FSDirectory.open(Path.of(args[2]))) {
      build(directory, Path.of(args[0]));
      List<Question> questions = questions(Path.of(args[1]));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(new BM25Similarity());
        searcher.setQueryCache(null);
        serve(searcher, questions);
      }
    }
  }

  private static void build(Directory directory, Path terms) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(null);
    config.setRAMBufferSizeMB(256);
    config.setMergePolicy(new LogByteSizeMergePolicy()); // keeps the order of sentences
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    try (IndexWriter writer = new IndexWriter(directory, config);
        BufferedReader lines = Files.newBufferedReader(terms)) {
      Terms stream = new Terms();
      for (String line; (line = lines.readLine()) != null; ) {
        stream.of(line.split(" "));
        Document sentence = new Document();
        sentence.add(new Field("t", stream, type));
        writer.addDocument(sentence);
      }
      writer.forceMerge(1);
    }
  }

  private static List<Question> questions(Path file) throws IOException {
    List<Question> questions = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(" ");
      BooleanQuery.Builder any = new BooleanQuery.Builder();
      for (int i = 1; i < fields.length; i++) {
        any.add(new TermQuery(new Term("t", fields[i])), BooleanClause.Occur.SHOULD);
      }
      questions.add(new Question(any.build(), Integer.parseInt(fields[0])));
    }
    return questions;
  }

  private static void serve(IndexSearcher searcher, List<Question> questions) throws IOException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
    out.println("built");
    out.flush();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    boolean warm = false;
    while (in.readLine() != null) {
      long began = System.nanoTime();
      for (int i = 0; !warm; i++) {
        round(searcher, questions);
        long spent = System.nanoTime() - began;
        warm = i >= WARM_ROUNDS && spent >= WARM_NANOS || spent >= WARM_MOST_NANOS;
      }
      out.print(round(searcher, questions));
      out.flush();
    }
  }

  private static String round(IndexSearcher searcher, List<Question> questions) throws IOException {
    StringBuilder said = new StringBuilder();
    for (Question q : questions) {
      long began = System.nanoTime();
      ScoreDoc[] found = searcher.search(q.query(), q.limit()).scoreDocs;
      said.append(System.nanoTime() - began);
      for (ScoreDoc d : found) {
        said.append(' ').append(d.doc);
      }
      said.append('\n');
    }
    return said.toString();
  }

  /** The terms of one line. */
  private static final class Terms extends TokenStream {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private String[] fields = {};
    private int next;

    void of(String[] line) {
      fields = line;
    }

    @Override
    public void reset() throws IOException {
      super.reset();
      next = 0;
    }

    @Override
    public boolean incrementToken() {
      if (next >= fields.length || fields[next].isEmpty()) {
        return false;
      }
      clearAttributes();
      term.setEmpty().append(fields[next++]);
      return true;
    }
  }
}
