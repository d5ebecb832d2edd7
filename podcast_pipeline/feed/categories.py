"""Apple's list of categories: the only names that directories file a show under."""

from __future__ import annotations

from collections.abc import Sequence

from podcast_pipeline.nearest import meant

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga",
        "Automotive",
        "Aviation",
        "Crafts",
        "Games",
        "Hobbies",
        "Home & Garden",
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News",
        "Daily News",
        "Entertainment News",
        "News Commentary",
        "Politics",
        "Sports News",
        "Tech News",
    ),
    "Religion & Spirituality": ("Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"),
    "Science": (
        "Astronomy",
        "Chemistry",
        "Earth Sciences",
        "Life Sciences",
        "Mathematics",
        "Natural Sciences",
        "Nature",
        "Physics",
        "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball",
        "Basketball",
        "Cricket",
        "Fantasy Sports",
        "Football",
        "Golf",
        "Hockey",
        "Rugby",
        "Running",
        "Soccer",
        "Swimming",
        "Tennis",
        "Volleyball",
        "Wilderness",
        "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}

FORMER: dict[tuple[str, ...], tuple[str, ...]] = {
    ("Health",): ("Health & Fitness",),
    ("Health", "Self-Help"): ("Education", "Self-Improvement"),
    ("Health", "Fitness & Nutrition"): ("Health & Fitness", "Fitness"),
    ("Health", "Sexuality"): ("Health & Fitness", "Sexuality"),
    ("Health", "Alternative Health"): ("Health & Fitness", "Alternative Health"),
    ("Science & Medicine",): ("Science",),
    ("Science & Medicine", "Medicine"): ("Health & Fitness", "Medicine"),
    ("Science & Medicine", "Natural Sciences"): ("Science", "Natural Sciences"),
    ("Science & Medicine", "Social Sciences"): ("Science", "Social Sciences"),
    ("News & Politics",): ("News", "Politics"),
    ("Games & Hobbies",): ("Leisure",),
    ("Games & Hobbies", "Hobbies"): ("Leisure", "Hobbies"),
    ("Games & Hobbies", "Video Games"): ("Leisure", "Video Games"),
    ("Sports & Recreation",): ("Sports",),
    ("Government & Organizations",): ("Government",),
    ("Government & Organizations", "Non-Profit"): ("Business", "Non-Profit"),
    ("Education", "Higher Education"): ("Education",),
    ("Education", "K-12"): ("Education",),
    ("Education", "Educational Technology"): ("Education",),
    ("Education", "Education Technology"): ("Education",),
    ("Education", "Training"): ("Education", "Courses"),
    ("Education", "Language Courses"): ("Education", "Language Learning"),
    ("Business", "Business News"): ("News", "Business News"),
    ("Business", "Management & Marketing"): ("Business", "Management"),
    ("Arts", "Literature"): ("Arts", "Books"),
    ("Technology", "Tech News"): ("News", "Tech News"),
    ("Technology", "Podcasting"): ("Technology",),
    ("Society & Culture", "History"): ("History",),
    ("Technology", "Gadgets"): ("Technology",),
    ("Technology", "Software How-To"): ("Technology",),
    ("Business", "Shopping"): ("Business",),
    ("Games & Hobbies", "Automotive"): ("Leisure", "Automotive"),
    ("Games & Hobbies", "Aviation"): ("Leisure", "Aviation"),
    ("Games & Hobbies", "Other Games"): ("Leisure", "Games"),
    ("Sports & Recreation", "Amateur"): ("Sports",),
    ("Sports & Recreation", "College & High School"): ("Sports",),
    ("Sports & Recreation", "Outdoor"): ("Sports", "Wilderness"),
    ("Sports & Recreation", "Professional"): ("Sports",),
    ("Government & Organizations", "Local"): ("Government",),
    ("Government & Organizations", "National"): ("Government",),
    ("Government & Organizations", "Regional"): ("Government",),
    ("Religion & Spirituality", "Other"): ("Religion & Spirituality",),
    ("Technology", "Computers"): ("Technology",),
    ("Technology", "Developers"): ("Technology",),
    ("Technology", "Information Technology"): ("Technology",),
    ("Technology", "News"): ("News", "Tech News"),
    ("Technology", "Operating Systems"): ("Technology",),
    ("Technology", "Smart Phones"): ("Technology",),
    ("Technology", "Text/Speech"): ("Technology",),
    ("Arts & Entertainment",): ("Arts",),
    ("Audio Blogs",): ("Society & Culture", "Personal Journals"),
    ("Business", "Finance"): ("Business", "Investing"),
    ("Family",): ("Kids & Family",),
    ("Food",): ("Arts", "Food"),
    ("Movies & Television",): ("TV & Film",),
    ("Politics",): ("News", "Politics"),
    ("Public Radio",): ("Society & Culture",),
    ("Talk Radio",): ("Society & Culture",),
    ("Transportation",): ("Leisure", "Automotive"),
    ("Travel",): ("Society & Culture", "Places & Travel"),
}
"""Apple's categories until 2019 -> where directories file such a show today."""


def problem(path: Sequence[str]) -> str | None:
    """What is wrong with one category such as ("Health & Fitness", "Medicine"), as a sentence; None if nothing is."""
    if not path or len(path) > 2:
        return "a category is one name, or a parent and its child"
    parent = path[0]
    if parent not in CATEGORIES:
        return f'"{parent}" is not one of Apple\'s categories{meant(parent, CATEGORIES)}'
    if len(path) == 2 and path[1] not in CATEGORIES[parent]:
        return f'"{path[1]}" is not a category under "{parent}"{meant(path[1], CATEGORIES[parent])}'
    return None
